using System.Buffers.Text;
using System.Text;

namespace DaprDynamo.IntegrationTests.Wire;

/// <summary>What the head of an answer says about reading on: the status, and how the body is delimited.</summary>
internal readonly ref struct WireHead
{
    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private WireHead(int status, int? contentLength, bool chunked, bool closes)
    {
        Status = status;
        ContentLength = contentLength;
        Chunked = chunked;
        Closes = closes;
    }

    public int Status { get; }

    public int? ContentLength { get; }

    public bool Chunked { get; }

    public bool Closes { get; }

    /// <summary>Reads the head, which ends with an empty line.</summary>
    public static WireHead Parse(ReadOnlySpan<byte> head)
    {
        // "HTTP/1.1 200 OK"
        if (head.Length < 12 || !head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _))
        {
            throw new IOException($"Not an HTTP/1.1 answer: {Encoding.Latin1.GetString(head[..Math.Min(head.Length, 200)])}");
        }

        int? length = null;
        var chunked = false;
        var closes = false;
        var rest = head[(head.IndexOf(LineEnd) + 2)..];
        for (var end = rest.IndexOf(LineEnd); end > 0; end = rest.IndexOf(LineEnd))
        {
            var line = rest[..end];
            rest = rest[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? [] : line[(colon + 1)..].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8) && Utf8Parser.TryParse(value, out int number, out _))
            {
                length = number;
            }
            else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            {
                chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
            {
                closes = Ascii.EqualsIgnoreCase(value, "close"u8);
            }
        }

        return new WireHead(status, length, chunked, closes);
    }
}
