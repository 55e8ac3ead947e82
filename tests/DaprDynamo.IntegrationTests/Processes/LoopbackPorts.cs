using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>
/// Finds free ports of the loopback address below the range from which the system takes ports for outgoing connections:
/// a node that is dead for a while must find its port free when it comes back.
/// </summary>
public static class LoopbackPorts
{
    private const int PortMin = 10_240;
    private const int DefaultEphemeralPortMin = 32_768;
    private const int Tries = 200;

    /// <summary>The first of so many free ports in a row. Somebody else may take one before its user does: be ready to try again.</summary>
    public static int FreeRange(int count)
    {
        var limit = EphemeralPortMin() - count;
        for (var tries = 0; tries < Tries; tries++)
        {
            var first = Random.Shared.Next(PortMin, limit);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }

        throw new InvalidOperationException($"Found no {count} free loopback ports in a row in {Tries} tries.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int EphemeralPortMin()
    {
        const string path = "/proc/sys/net/ipv4/ip_local_port_range";
        if (!File.Exists(path))
        {
            return DefaultEphemeralPortMin;
        }

        var first = File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0];
        var port = int.Parse(first, CultureInfo.InvariantCulture);
        return port > PortMin + 1_000 ? port : DefaultEphemeralPortMin;
    }
}
