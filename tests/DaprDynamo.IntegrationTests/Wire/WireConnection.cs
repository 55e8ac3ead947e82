using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace DaprDynamo.IntegrationTests.Wire;

/// <summary>
/// A connection that sends exactly the bytes it is given and reads HTTP/1.1 answers: for requests an HTTP client would
/// refuse or tidy up, and for load whose client must cost little.
/// </summary>
public sealed class WireConnection : IDisposable
{
    private const int FirstBufferSizeBytes = 16 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[FirstBufferSizeBytes];
    private int _start;
    private int _end;

    private WireConnection(Socket socket) => _socket = socket;

    /// <summary>Whether another request may be sent: the last answer was delimited and the server keeps the connection.</summary>
    public bool IsReusable { get; private set; } = true;

    /// <summary>Connects to the host and port of an address.</summary>
    public static async Task<WireConnection> OpenAsync(Uri address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host), address.Port), cancellation);
            return new WireConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes as they are.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
        }
    }

    /// <summary>Reads the next final answer.</summary>
    /// <param name="toHead">Whether it answers a HEAD request and so has no body, whatever its headers say.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EndOfStreamException">The server closed the connection before the answer was complete.</exception>
    public async Task<WireReply> ReadAsync(bool toHead, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await TakeThroughAsync("\r\n\r\n"u8.ToArray(), cancellation);
            var (status, length, chunked, closes) = Describe(head);
            if (status is >= 100 and < 200)
            {
                continue; // 100 Continue precedes the answer proper.
            }

            IsReusable = !closes;
            var body = toHead || status is 204 or 304 ? []
                : chunked ? await TakeChunksAsync(cancellation)
                : length is { } count ? await TakeAsync(count, cancellation)
                : await TakeRestAsync(cancellation);
            return new WireReply(status, head, body);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static (int Status, int? Length, bool Chunked, bool Closes) Describe(byte[] bytes)
    {
        var head = WireHead.Parse(bytes);
        return (head.Status, head.ContentLength, head.Chunked, head.Closes);
    }

    private async Task<byte[]> TakeChunksAsync(CancellationToken cancellation)
    {
        var lineEnd = "\r\n"u8.ToArray();
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var size = await TakeThroughAsync(lineEnd, cancellation);
            if (!Utf8Parser.TryParse(size, out int count, out _, 'x'))
            {
                throw new IOException("A chunk of the answer has no size.");
            }

            body.Write(await TakeAsync(count, cancellation));
            await TakeAsync(lineEnd.Length, cancellation);
            if (count == 0)
            {
                return body.WrittenSpan.ToArray();
            }
        }
    }

    private async Task<byte[]> TakeRestAsync(CancellationToken cancellation)
    {
        IsReusable = false;
        while (await FillAsync(cancellation))
        {
            // Until the server closes: there is no other end to such a body.
        }

        return Take(_end - _start);
    }

    private async Task<byte[]> TakeThroughAsync(byte[] mark, CancellationToken cancellation)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf(mark);
            if (at >= 0)
            {
                return Take(at + mark.Length);
            }

            await FillOrThrowAsync(cancellation);
        }
    }

    private async Task<byte[]> TakeAsync(int count, CancellationToken cancellation)
    {
        while (_end - _start < count)
        {
            await FillOrThrowAsync(cancellation);
        }

        return Take(count);
    }

    private byte[] Take(int count)
    {
        var taken = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return taken;
    }

    private async Task FillOrThrowAsync(CancellationToken cancellation)
    {
        if (!await FillAsync(cancellation))
        {
            IsReusable = false;
            throw new EndOfStreamException($"The server closed the connection without a complete answer ({_end - _start} bytes of one).");
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellation);
        _end += read;
        return read > 0;
    }
}
