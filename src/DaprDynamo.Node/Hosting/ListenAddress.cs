using System.Net;

namespace DaprDynamo.Node.Hosting;

/// <summary>The address of a node that nobody told its own: the first it listens on, as far as others can use it.</summary>
internal static class ListenAddress
{
    private const string Default = "http://localhost:5000";

    internal static Uri FirstOf(IConfiguration configuration)
    {
        var address = BindingOf(configuration);
        return new UriBuilder(address.Scheme, IsWildcard(address) ? "localhost" : address.Host, address.Port).Uri;
    }

    /// <summary>Whether the first it listens on is every address of its machine, of which none can be named to others.</summary>
    internal static bool IsEveryAddress(IConfiguration configuration) => IsWildcard(BindingOf(configuration));

    // As the server reads them: addresses, or else ports of every address, which container images set.
    private static BindingAddress BindingOf(IConfiguration configuration) => BindingAddress.Parse(
        FirstIn(configuration[WebHostDefaults.ServerUrlsKey])
        ?? (FirstIn(configuration[WebHostDefaults.HttpPortsKey]) is { } port ? $"http://*:{port}" : null)
        ?? (FirstIn(configuration[WebHostDefaults.HttpsPortsKey]) is { } securePort ? $"https://*:{securePort}" : null)
        ?? Default);

    private static string? FirstIn(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();

    private static bool IsWildcard(BindingAddress address) =>
        address.Host is "*" or "+" || (IPAddress.TryParse(address.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
}
