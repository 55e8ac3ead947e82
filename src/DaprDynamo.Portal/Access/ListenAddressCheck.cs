using System.Net;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace DaprDynamo.Portal.Access;

/// <summary>Refuses to start a portal that lets everybody in where others than this machine could reach it.</summary>
internal sealed class ListenAddressCheck(PortalOptions options, IConfiguration configuration, IOptions<KestrelServerOptions> kestrel) : IHostedLifecycleService
{
    /// <exception cref="StartupFailureException">It would listen on other than loopback addresses, and has no token.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Token.Length == 0 && AddressesOf(configuration, kestrel.Value.ConfigurationLoader is not null).FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            throw new StartupFailureException(
                $"The portal is to listen on {open}, where others than this machine can reach it, and anybody could change the cluster. "
                + $"Set {PortalOptions.Section}:{nameof(PortalOptions.Token)}, or let it listen on a loopback address such as http://127.0.0.1:5080.",
                StartupFailure.ExitCodeBadOptions);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Where the server will listen, by its own rules: endpoints of its own section, else addresses, else ports of every address.</summary>
    internal static IReadOnlyList<string> AddressesOf(IConfiguration configuration, bool readsEndpoints)
    {
        var endpoints = readsEndpoints ? configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList() : [];
        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        var ports = Split(configuration[WebHostDefaults.HttpPortsKey]).Concat(Split(configuration[WebHostDefaults.HttpsPortsKey])).Select(port => $"http://*:{port}").ToList();
        return endpoints.Count > 0 ? endpoints : urls.Count > 0 ? urls : ports;
    }

    /// <summary>Whether only this machine can reach an address.</summary>
    internal static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host.Trim('[', ']');
        return string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }

    private static List<string> Split(string? list) => [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
