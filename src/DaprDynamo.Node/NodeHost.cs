using System.Reflection;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Node.Admin;
using DaprDynamo.Node.Hosting;
using DaprDynamo.Node.PublicApi;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.ServiceDefaults;
using DaprDynamo.ServiceDefaults.Health;
using DaprDynamo.ServiceDefaults.Options;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Endpoints;
using Microsoft.Extensions.Options;

namespace DaprDynamo.Node;

/// <summary>Puts the host of a storage node together. Several may run in one process.</summary>
public static class NodeHost
{
    /// <summary>How many events a node keeps for those who watch it: some seconds' worth at the highest rate.</summary>
    private const int EventsKept = 4096;

    /// <summary>The product's version.</summary>
    public static string Version { get; } =
        typeof(NodeHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Builds the host.</summary>
    /// <param name="args">Settings as command line arguments, <c>--Dynamo:NodeId=node-1</c>.</param>
    /// <param name="settings">Settings given in code; they hold over all others.</param>
    /// <param name="configureDefaults">Changes what all hosts have in common, such as the console's verbosity.</param>
    /// <param name="configureServices">Adds or replaces services, last of all.</param>
    public static WebApplication Build(
        string[] args,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<ServiceDefaultsOptions>? configureDefaults = null,
        Action<IServiceCollection>? configureServices = null)
    {
        // The settings files lie beside the program, whatever folder it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (settings is not null)
        {
            builder.Configuration.AddInMemoryCollection(settings);
        }

        DaprIdentity.TakeOver(builder.Configuration);
        var nodeId = builder.Configuration[$"{NodeOptions.Section}:{nameof(NodeOptions.NodeId)}"] ?? new NodeOptions().NodeId;
        builder.AddServiceDefaults(new ServiceIdentity("daprdynamo-node", nodeId, Version), configureDefaults);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = KeyRequest.BodySizeBytesMax;
            // A clock may stand in the query of a delete.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        });
        AddNode(builder.Services);
        configureServices?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseServiceDefaults();
        app.UseProblemDetails();
        app.UseMiddleware<AppTokenMiddleware>();
        app.UseKeyPaths();
        app.UseRouting();
        app.UseRateLimiter();
        app.MapServiceDefaults();
        app.MapOpenApi("/openapi/{documentName}.json");
        // Nobody asks for it: it reports by itself.
        app.Services.GetRequiredService<ReplicationMetrics>();
        app.Services.GetRequiredService<KeyEndpoints>().Map(app);
        app.Services.GetRequiredService<AdminEndpoints>().Map(app);
        app.Services.GetRequiredService<PeerEndpoints>().Map(app);
        return app;
    }

    private static void AddNode(IServiceCollection services)
    {
        services.AddValidatedOptions<NodeOptions>(NodeOptions.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<NodeOptions>>().Value);
        services.AddSingleton(TimeProvider.System);
        // The host's own patience with a stop must not end before the node's with its leave.
        services.AddOptions<HostOptions>().Configure<NodeOptions>((host, options) =>
            host.ShutdownTimeout += options.LeaveOnShutdown ? TimeSpan.FromSeconds(options.LeaveTimeoutSeconds) : TimeSpan.Zero);
        services.AddSingleton(provider => Settings(provider.GetRequiredService<NodeOptions>()));
        services.AddPeerRoad();
        services.AddSingleton<RunningNode>();
        services.AddHostedService(provider => provider.GetRequiredService<RunningNode>());
        services.AddHealthChecks().AddCheck<RunningNodeHealthCheck>("node", tags: [HealthExtensions.ReadyTag]);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.MaxDepth = KeyApi.AnswerDepthMax);
        services.AddSingleton<OperationMetrics>();
        services.AddSingleton<ReplicationMetrics>();
        services.AddSingleton(new EventBuffer(EventsKept));
        services.AddSingleton<RequestRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<RequestRecorder>());
        services.AddHostedService<ClusterWatch>();
        services.AddSingleton<TelemetryEndpoints>();
        services.AddSingleton<KeyEndpoints>();
        services.AddSingleton<StatsReport>();
        services.AddSingleton<PlanReport>();
        services.AddSingleton<Rebalancing>();
        services.AddHostedService(provider => provider.GetRequiredService<Rebalancing>());
        services.AddSingleton<ReplicaReport>();
        services.AddSingleton<KeysReport>();
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton(CreatePeerEndpoints);
        services.AddOpenApi("v1", document => document.AddDocumentTransformer((description, _, _) =>
        {
            description.Info.Title = "DaprDynamo";
            description.Info.Version = Version;
            return Task.CompletedTask;
        }));
        services.AddRequestLimit();
    }

    private static ClusterSettings Settings(NodeOptions options) =>
        new(options.ClusterName, new PartitionSpace(options.Partitions), new QuorumSettings(options.Replicas, options.ReadQuorum, options.WriteQuorum));

    private static PeerEndpoints CreatePeerEndpoints(IServiceProvider provider) => new(
        provider.GetRequiredService<RunningNode>(),
        provider.GetRequiredService<NodeOptions>().NodeId,
        provider.GetRequiredService<ClusterSettings>().Identity,
        provider.GetRequiredService<TransportOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<PeerEndpoints>>());
}
