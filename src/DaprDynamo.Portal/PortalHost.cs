using System.Reflection;
using DaprDynamo.Portal.Access;
using DaprDynamo.Portal.Audit;
using DaprDynamo.Portal.Components;
using DaprDynamo.Portal.Hubs;
using DaprDynamo.Portal.Keys;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Portal.Proxy;
using DaprDynamo.ServiceDefaults;
using DaprDynamo.ServiceDefaults.Options;
using DaprDynamo.ServiceDefaults.Startup;
using DaprDynamo.Transport.Dapr;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Radzen;

namespace DaprDynamo.Portal;

/// <summary>Puts the portal's host together. It may run in one process with nodes.</summary>
public static class PortalHost
{
    private const string ReadOnlySwitch = "--read-only";
    private const string LivePagePath = "_blazor";

    /// <summary>The most a page sends at once, in bytes: the largest value there is, written out for people to edit, and escaped.</summary>
    private const int PageMessageSizeBytesMax = 8 * 1024 * 1024;

    /// <summary>The product's version.</summary>
    public static string Version { get; } =
        typeof(PortalHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Builds the host.</summary>
    /// <param name="args">Settings as command line arguments, <c>--Portal:Nodes:0=http://10.0.0.1:5081</c>, and the switch <c>--read-only</c>.</param>
    /// <param name="settings">Settings given in code; they hold over all others.</param>
    /// <param name="configureDefaults">Changes what all hosts have in common, such as the console's verbosity.</param>
    /// <param name="configureServices">Adds or replaces services, last of all.</param>
    /// <param name="map">Maps more endpoints.</param>
    public static WebApplication Build(
        string[] args,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<ServiceDefaultsOptions>? configureDefaults = null,
        Action<IServiceCollection>? configureServices = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args.Select(arg => arg == ReadOnlySwitch ? $"--{PortalOptions.Section}:{nameof(PortalOptions.ReadOnly)}=true" : arg)],
            // Where it finds its own files, whatever program it runs in and whatever folder that is started from.
            ApplicationName = typeof(PortalHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        if (settings is not null)
        {
            builder.Configuration.AddInMemoryCollection(settings);
        }

        builder.AddServiceDefaults(new ServiceIdentity("daprdynamo-portal", "portal", Version), configureDefaults);
        // Where its keys lie is for the settings to say, and who may read that folder for its owner.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // As a node does: a clock may stand in the query of a delete.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        });
        AddPortal(builder.Services);
        configureServices?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseServiceDefaults();
        app.UseMiddleware<SecurityHeaders>();
        app.UseProblems();
        app.UseMiddleware<OriginGuard>();
        app.UseKeyTargets();
        app.UseMiddleware<SidecarGuard>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapServiceDefaults();
        app.MapProxy();
        app.MapStaticAssets();
        app.MapHub<ClusterHub>(ClusterHub.Path);
        app.MapSignOut();
        // The portal's own policy says who may frame it.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null)
            .Add(LetNoStrangerConnect);
        map?.Invoke(app);
        return app;
    }

    /// <summary>Only pages that want a sign-in are live: nobody else needs the connection that they live on, and all it takes in.</summary>
    private static void LetNoStrangerConnect(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.TrimStart('/').StartsWith(LivePagePath, StringComparison.Ordinal))
        {
            endpoint.Metadata.Add(new AuthorizeAttribute(Policies.Look));
        }
    }

    private static void AddPortal(IServiceCollection services)
    {
        services.AddValidatedOptions<PortalOptions>(PortalOptions.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<PortalOptions>>().Value);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(CreateDaprSettings);
        services.AddSingleton(provider => new NodeApi(
            NodeHttp.CreateHandler(provider.GetRequiredService<PortalOptions>(), provider.GetRequiredService<DaprSettings>()),
            provider.GetRequiredService<PortalOptions>()));
        services.AddSingleton(provider => new KeyService(
            provider.GetRequiredService<NodeForwarder>(), provider.GetRequiredService<PortalOptions>(), provider.GetRequiredService<LiveCluster>()));
        services.AddSingleton<LiveCluster>();
        services.AddSingleton(new TraceLog());
        services.AddSingleton<EventLog>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<ActivityLog>();
        services.AddHostedService<ClusterFeeds>();
        services.AddSingleton<HubAudience>();
        services.AddSingleton<HubMessages>();
        services.AddHostedService<HubPublisher>();
        services.AddSignalR();
        services.AddRadzenComponents();
        services.AddProxy();
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = PageMessageSizeBytesMax);
        // After the pages, whose own idea of who is signed in it replaces.
        services.AddAccess();
    }

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
}
