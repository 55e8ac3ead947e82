using System.Net;
using System.Net.Sockets;

namespace DaprDynamo.Portal.Proxy;

/// <summary>What counts as one client.</summary>
internal static class ClientAddress
{
    private const int NetworkSizeBytes = 8;

    /// <summary>An IPv4 address as it is, whichever way it came; of an IPv6 address the network, as a client has all addresses in it.</summary>
    internal static IPAddress Of(IPAddress? remote)
    {
        if (remote is null)
        {
            return IPAddress.None;
        }

        if (remote.IsIPv4MappedToIPv6)
        {
            return remote.MapToIPv4();
        }

        if (remote.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(remote))
        {
            return remote;
        }

        var bytes = remote.GetAddressBytes();
        bytes.AsSpan(NetworkSizeBytes).Clear();
        return new IPAddress(bytes);
    }
}
