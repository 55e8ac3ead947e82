using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace DaprDynamo.Core.Versioning;

/// <summary>
/// A record as bytes, the same on disk and between nodes. Layout: format (1 byte), context, number of siblings, for
/// each its dot and its length-prefixed value, CRC-32C of all before it (4 bytes, little endian). Numbers are
/// variable-length, 7 bits a byte. The checksum tells rotten or truncated bytes from data.
/// </summary>
public static class RecordCodec
{
    private const byte Format = 1;

    /// <summary>Writes a record.</summary>
    public static byte[] Encode(DottedVersionVectorSet record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var buffer = new ArrayBufferWriter<byte>(checked((int)record.ValuesSizeBytes) + 128);
        buffer.Write([Format]);
        VersionVectorCodec.Write(buffer, record.Context);
        Varint.Write(buffer, (ulong)record.Siblings.Length);
        foreach (var sibling in record.Siblings)
        {
            VersionVectorCodec.Write(buffer, sibling.Dot);
            Varint.Write(buffer, (ulong)sibling.Value.Length);
            buffer.Write(sibling.Value.Span);
        }

        var checksum = Crc32C.Of(buffer.WrittenSpan);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), checksum);
        buffer.Advance(sizeof(uint));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record. Its values share the memory they are read from.</summary>
    /// <exception cref="InvalidDataException">The bytes are truncated, rotten, or of another format.</exception>
    public static DottedVersionVectorSet Decode(ReadOnlyMemory<byte> bytes)
    {
        const int checksumSizeBytes = sizeof(uint);
        if (bytes.Length < 1 + checksumSizeBytes)
        {
            throw new InvalidDataException("A record is cut short.");
        }

        var body = bytes[..^checksumSizeBytes];
        if (Crc32C.Of(body.Span) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^checksumSizeBytes..]))
        {
            throw new InvalidDataException("A record does not match its checksum.");
        }

        if (body.Span[0] != Format)
        {
            throw new InvalidDataException($"A record has the unknown format {body.Span[0]}.");
        }

        try
        {
            var offset = 1;
            var context = VersionVectorCodec.ReadVector(body.Span, ref offset);
            var siblings = ImmutableArray.CreateBuilder<Sibling>();
            for (var left = Varint.Read(body.Span, ref offset); left > 0; left--)
            {
                var dot = VersionVectorCodec.ReadDot(body.Span, ref offset);
                var length = checked((int)Varint.Read(body.Span, ref offset));
                siblings.Add(new Sibling(dot, body.Slice(offset, length)));
                offset += length;
            }

            return offset == body.Length
                ? DottedVersionVectorSet.FromParts(context, siblings)
                : throw new InvalidDataException("A record has bytes left over.");
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or OverflowException or DecoderFallbackException)
        {
            throw new InvalidDataException("A record cannot be read: " + error.Message, error);
        }
    }
}
