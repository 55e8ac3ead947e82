using System.Buffers;

namespace DaprDynamo.Core.Versioning;

/// <summary>Unsigned numbers in as few bytes as they need: 7 bits a byte, lowest first, the high bit says that more follow.</summary>
internal static class Varint
{
    private const int SizeBytesMax = 10;

    internal static void Write(IBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(SizeBytesMax);
        var size = 0;
        while (value >= 0x80)
        {
            span[size++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[size++] = (byte)value;
        to.Advance(size);
    }

    /// <exception cref="ArgumentException">The bytes end inside the number, or it is larger than 64 bits.</exception>
    internal static ulong Read(ReadOnlySpan<byte> from, ref int offset)
    {
        var value = 0UL;
        for (var i = 0; i < SizeBytesMax; i++)
        {
            if (offset >= from.Length)
            {
                throw new ArgumentException("A number is cut short.");
            }

            var next = from[offset++];
            if (i == SizeBytesMax - 1 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new ArgumentException("A number is too large.");
    }
}
