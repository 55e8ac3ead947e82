using DaprDynamo.Cluster.Membership;
using DaprDynamo.ServiceDefaults.Startup;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Batching;
using DaprDynamo.Transport.Dapr;
using DaprDynamo.Transport.Discovery;

namespace DaprDynamo.Node.Hosting;

/// <summary>How the node finds and reaches its peers: directly or through its sidecar, by seeds or by Consul.</summary>
internal static class PeerRoad
{
    private const string DefaultConsulAddress = "http://127.0.0.1:8500";
    private static readonly TimeSpan ConsulAnswerLimit = TimeSpan.FromSeconds(3);

    internal static void AddPeerRoad(this IServiceCollection services)
    {
        services.AddSingleton(provider => TransportOf(provider.GetRequiredService<NodeOptions>()));
        services.AddSingleton(CreateDaprSettings);
        services.AddSingleton(CreateMembership);
        services.AddSingleton(CreatePeerClient);
        services.AddSingleton(CreateSidecarReadiness);
        services.AddSingleton(CreateConsulAgent);
        services.AddSingleton(CreateConsulNode);
        services.AddSingleton(CreateConsulRegistration);

        // Which of these a node needs is known once its settings are.
        services.AddHostedService(provider => new Companions(
        [
            .. provider.GetRequiredService<NodeOptions>() is var options && options.Transport == TransportKind.Dapr
                ? [provider.GetRequiredService<SidecarReadiness>()]
                : Array.Empty<BackgroundService>(),
            .. options is { Discovery: DiscoveryKind.Consul, Transport: TransportKind.Direct }
                ? [provider.GetRequiredService<ConsulRegistration>()]
                : Array.Empty<BackgroundService>(),
        ]));
    }

    private static TransportOptions TransportOf(NodeOptions options) => new()
    {
        ClusterToken = options.ClusterToken.Length > 0 ? options.ClusterToken : null,
        ReadsGoWithWrites = options.Transport == TransportKind.Dapr,
        BatchRequestsMax = options.BatchRequestsMax,
        BatchesInFlightMax = options.BatchesInFlightMax ?? (options.Transport == TransportKind.Dapr ? 1 : new TransportOptions().BatchesInFlightMax),
    };

    private static DaprSettings CreateDaprSettings(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        try
        {
            return DaprSettings.Read(name => configuration[name]);
        }
        catch (FormatException nonsense)
        {
            throw new StartupFailureException(nonsense.Message, StartupFailure.ExitCodeBadOptions, nonsense);
        }
    }

    private static MembershipOptions CreateMembership(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<NodeOptions>();
        var configuration = provider.GetRequiredService<IConfiguration>();
        if (options is { Transport: TransportKind.Direct, Discovery: DiscoveryKind.Consul, AdvertisedAddress: "" } && ListenAddress.IsEveryAddress(configuration))
        {
            throw new StartupFailureException(
                "The node listens on every address of its machine, and Consul has to be told one at which the others reach it: "
                + $"set {NodeOptions.Section}:{nameof(NodeOptions.AdvertisedAddress)}, for instance to http://10.0.0.1:5081.",
                StartupFailure.ExitCodeBadOptions);
        }

        var address = AddressOf(options, configuration);
        return new MembershipOptions
        {
            Settings = provider.GetRequiredService<ClusterSettings>(),
            NodeId = options.NodeId,
            Address = address,
            Zone = options.Zone,
            Discovery = options.Discovery == DiscoveryKind.Consul
                ? new ConsulDiscovery(
                    provider.GetRequiredService<ConsulAgent>(),
                    provider.GetRequiredService<ConsulNode>(),
                    // The store is open when the node looks for its cluster, and not yet when it is put together.
                    () => provider.GetRequiredService<RunningNode>().Generation)
                : SeedList.Read(options.Seeds, options.NodeId, address),
            Replaces = options.Replaces.Length > 0 ? options.Replaces : null,
        };
    }

    /// <summary>Where peers reach the node.</summary>
    private static Uri AddressOf(NodeOptions options, IConfiguration configuration) =>
        options.Transport == TransportKind.Dapr ? InvocationHandler.AddressOf(options.NodeId)
        : options.AdvertisedAddress.Length > 0 ? new Uri(options.AdvertisedAddress)
        : ListenAddress.FirstOf(configuration);

    private static BatchingPeerClient CreatePeerClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<NodeOptions>();
        var transport = provider.GetRequiredService<TransportOptions>();
        var throughDapr = options.Transport == TransportKind.Dapr;
        return new BatchingPeerClient(
            throughDapr ? DaprHandler.Create(transport, provider.GetRequiredService<DaprSettings>()) : DirectHandler.Create(transport),
            options.NodeId,
            provider.GetRequiredService<ClusterSettings>().Identity,
            transport,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BatchingPeerClient>>(),
            throughDapr ? TroubleOf(provider.GetRequiredService<SidecarReadiness>()) : null);

        static Func<string?> TroubleOf(SidecarReadiness readiness) => () => readiness.Trouble;
    }

    private static SidecarReadiness CreateSidecarReadiness(IServiceProvider provider) => new(
        provider.GetRequiredService<DaprSettings>(),
        provider.GetRequiredService<NodeOptions>().NodeId,
        DirectHandler.Create(provider.GetRequiredService<TransportOptions>()),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<SidecarReadiness>>());

    private static ConsulAgent CreateConsulAgent(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<NodeOptions>();
        var configuration = provider.GetRequiredService<IConfiguration>();
        var address = FirstOf(options.ConsulAddress, configuration["CONSUL_HTTP_ADDR"]) ?? DefaultConsulAddress;
        if (!Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}", UriKind.Absolute, out var uri) || !Address.IsHttp(uri))
        {
            throw new StartupFailureException($"CONSUL_HTTP_ADDR is '{address}', which is not of the form http://host:port.", StartupFailure.ExitCodeBadOptions);
        }

        return new ConsulAgent(
            uri,
            FirstOf(options.ConsulToken, configuration["CONSUL_HTTP_TOKEN"]),
            DirectHandler.Create(provider.GetRequiredService<TransportOptions>()),
            ConsulAnswerLimit);
    }

    private static ConsulNode CreateConsulNode(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<NodeOptions>();
        return new(options.NodeId, options.ClusterName, options.Transport == TransportKind.Dapr, options.Storage != StorageKind.Memory);
    }

    private static ConsulRegistration CreateConsulRegistration(IServiceProvider provider) => new(
        provider.GetRequiredService<ConsulAgent>(),
        provider.GetRequiredService<ConsulNode>(),
        provider.GetRequiredService<MembershipOptions>().Address,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<ConsulRegistration>>());

    private static string? FirstOf(params string?[] texts) => Array.Find(texts, text => !string.IsNullOrWhiteSpace(text))?.Trim();
}
