using System.Globalization;
using System.Net.Sockets;
using System.Text;
using DaprDynamo.IntegrationTests.Wire;

namespace DaprDynamo.Benchmarks.Load;

/// <summary>
/// One client of the public API with one connection to a node at a time. It speaks HTTP/1.1 itself, because on a machine that
/// also runs the nodes every cycle of the client is taken from what is measured.
/// </summary>
internal sealed class KeyClient(IReadOnlyList<Uri> nodes, int number) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private int _node = number % nodes.Count;
    private WireConnection? _connection;

    /// <summary>Sends the request; null when no answer came, after which the next request goes to the next node.</summary>
    public async Task<WireReply?> SendAsync(byte[] request)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        try
        {
            _connection ??= await WireConnection.OpenAsync(nodes[_node], limit.Token);
            await _connection.SendAsync(request, limit.Token);
            var reply = await _connection.ReadAsync(toHead: false, limit.Token);
            if (!_connection.IsReusable)
            {
                Leave();
            }

            return reply;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            MoveOn();
            return null;
        }
    }

    /// <summary>Leaves this node for the next one.</summary>
    public void MoveOn()
    {
        Leave();
        _node = (_node + 1) % nodes.Count;
    }

    /// <summary>A request of the key API.</summary>
    public static byte[] Request(string verb, string key, string? json = null)
    {
        var head = $"{verb} /v1/{Uri.EscapeDataString(key)} HTTP/1.1\r\nHost: node\r\n";
        if (json is null)
        {
            return Encoding.UTF8.GetBytes(head + "\r\n");
        }

        var length = Encoding.UTF8.GetByteCount(json).ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{json}");
    }

    /// <inheritdoc/>
    public void Dispose() => Leave();

    private void Leave()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
