using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace DaprDynamo.Core.Versioning;

/// <summary>Version vectors and dots as bytes: what records and the clients' clocks are made of.</summary>
internal static class VersionVectorCodec
{
    /// <summary>More actors than one key can sensibly meet; a bound on what a forged clock can make a node do.</summary>
    private const int DotsMax = 1024;

    private const int NodeIdSizeBytesMax = 255;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static void Write(IBufferWriter<byte> to, VersionVector vector)
    {
        Write(to, vector.Entries);
        Write(to, vector.Singles);
    }

    private static void Write(IBufferWriter<byte> to, ImmutableArray<Dot> dots)
    {
        Varint.Write(to, (ulong)dots.Length);
        foreach (var dot in dots)
        {
            Write(to, dot);
        }
    }

    internal static void Write(IBufferWriter<byte> to, Dot dot)
    {
        var nodeId = Encoding.UTF8.GetBytes(dot.Actor.NodeId);
        Varint.Write(to, (ulong)nodeId.Length);
        to.Write(nodeId);
        Varint.Write(to, dot.Actor.Generation);
        Varint.Write(to, dot.Actor.Epoch);
        Varint.Write(to, dot.Counter);
    }

    /// <exception cref="ArgumentException">The dots are too many or not in order, or cut short.</exception>
    internal static VersionVector ReadVector(ReadOnlySpan<byte> from, ref int offset)
    {
        var entries = ReadDots(from, ref offset);
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].Actor == entries[i - 1].Actor)
            {
                throw new ArgumentException("A version vector names an actor twice.");
            }
        }

        return VersionVector.FromParts(entries, ReadDots(from, ref offset));
    }

    private static Dot[] ReadDots(ReadOnlySpan<byte> from, ref int offset)
    {
        var count = Varint.Read(from, ref offset);
        if (count > DotsMax)
        {
            throw new ArgumentException("A version vector has too many dots.");
        }

        var dots = new Dot[count];
        for (var i = 0; i < dots.Length; i++)
        {
            dots[i] = ReadDot(from, ref offset);
            if (i > 0 && dots[i] <= dots[i - 1])
            {
                throw new ArgumentException("A version vector's dots are out of order.");
            }
        }

        return dots;
    }

    /// <exception cref="ArgumentException">The dot is malformed or cut short.</exception>
    internal static Dot ReadDot(ReadOnlySpan<byte> from, ref int offset)
    {
        var length = Varint.Read(from, ref offset);
        if (length is 0 or > NodeIdSizeBytesMax)
        {
            throw new ArgumentException("A node id has an impossible length.");
        }

        var nodeId = StrictUtf8.GetString(from.Slice(offset, (int)length));
        offset += (int)length;
        var actor = new Actor(nodeId, Varint.Read(from, ref offset), Varint.Read(from, ref offset));
        return new Dot(actor, Varint.Read(from, ref offset));
    }
}
