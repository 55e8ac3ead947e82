using System.Globalization;
using DaprDynamo.LocalCluster.Control;
using DaprDynamo.LocalCluster.Nodes;
using DaprDynamo.Node;
using DaprDynamo.Portal;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.LocalCluster.Portal;

/// <summary>The portal of the local cluster, on its first port, with the control API beside it.</summary>
internal sealed class LocalPortal : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly DirectoryInfo? _temporary;

    private LocalPortal(WebApplication host, DirectoryInfo? temporary) => (_host, _temporary) = (host, temporary);

    /// <summary>Starts it. It shows the nodes as soon as they are there.</summary>
    /// <exception cref="StartupFailureException">It could not start for a reason that can be mended: its port cannot be had.</exception>
    internal static async Task<LocalPortal> StartAsync(LocalClusterOptions options, LocalNodes nodes, CancellationToken cancellationToken)
    {
        // A cluster that keeps nothing keeps no list of who did what either.
        var temporary = options.DataDirectory is null ? Directory.CreateTempSubdirectory("daprdynamo-portal-") : null;
        LocalPortal? portal = null;
        try
        {
            portal = new LocalPortal(
                PortalHost.Build(
                    [],
                    SettingsOf(options, temporary?.FullName ?? Path.Combine(options.DataDirectory!, "portal")),
                    defaults => defaults.ConsoleMinimumLevel = LogLevel.Warning,
                    services => ListenAtItsAddressOnly(services).AddSingleton<IHostLifetime, OwnedLifetime>().AddSingleton<INodeStarter>(new NodeStarter(nodes)),
                    app => ControlEndpoints.Map(app, nodes)),
                temporary);
            await portal._host.StartAsync(cancellationToken);
            return portal;
        }
        catch (Exception failure)
        {
            if (portal is not null)
            {
                await portal.DisposeAsync();
            }
            else
            {
                temporary?.Delete(recursive: true);
            }

            if (StartupFailure.From(failure, [options.PortalAddress]) is { } described)
            {
                throw new StartupFailureException(described.Sentence, described.ExitCode, failure);
            }

            throw;
        }
    }

    /// <summary>Takes no more orders and shows nothing any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }

    /// <summary>Endpoints in the environment, meant for some other program, would hold over the address that was printed.</summary>
    internal static IServiceCollection ListenAtItsAddressOnly(IServiceCollection services) =>
        services.Configure<KestrelServerOptions>(static kestrel => kestrel.ConfigurationLoader = null);

    private static Dictionary<string, string?> SettingsOf(LocalClusterOptions options, string folder)
    {
        // The nodes read their secrets from the environment; the portal shows them what they want to see.
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(NodeOptions.Section);
        var settings = new Dictionary<string, string?>
        {
            [WebHostDefaults.ServerUrlsKey] = options.PortalAddress,
            [$"{PortalOptions.Section}:{nameof(PortalOptions.DataDirectory)}"] = folder,
            [$"{PortalOptions.Section}:{nameof(PortalOptions.ClusterToken)}"] = environment[nameof(NodeOptions.ClusterToken)] ?? "",
            [$"{PortalOptions.Section}:{nameof(PortalOptions.ApiToken)}"] = environment[nameof(NodeOptions.ApiToken)] ?? "",
        };
        foreach (var number in Enumerable.Range(1, LocalClusterOptions.NodesMax))
        {
            settings[string.Create(CultureInfo.InvariantCulture, $"{PortalOptions.Section}:{nameof(PortalOptions.Nodes)}:{number - 1}")] = options.AddressOf(number);
        }

        return settings;
    }
}
