using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Storage;

/// <summary>
/// The checksum beside each row. A record's bytes carry their own; the seal ties them to the columns around them, so
/// that a rotten key or epoch, or one row's bytes in another's place, is not taken for data.
/// </summary>
internal static class RowSeal
{
    /// <summary>The seal of a record, the node's own (no owner) or a hint.</summary>
    /// <param name="owner">The hint's owner, empty for the node's own records.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="epoch">The record's epoch.</param>
    /// <param name="changedAtMs">The record's time of change.</param>
    /// <param name="versions">The encoded record, which ends in its own checksum; that stands for it here.</param>
    public static long OfRecord(string owner, ReadOnlySpan<byte> key, ulong epoch, long changedAtMs, ReadOnlySpan<byte> versions)
    {
        Span<byte> parts = stackalloc byte[28];
        BinaryPrimitives.WriteUInt32LittleEndian(parts, OfText(owner));
        BinaryPrimitives.WriteUInt32LittleEndian(parts[4..], Crc32C.Of(key));
        BinaryPrimitives.WriteUInt64LittleEndian(parts[8..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(parts[16..], changedAtMs);
        versions[^Math.Min(versions.Length, sizeof(uint))..].CopyTo(parts[24..]);
        return Crc32C.Of(parts);
    }

    /// <summary>The seal of something the node remembers about itself.</summary>
    public static long OfMetadata(string name, ReadOnlySpan<byte> value)
    {
        Span<byte> parts = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(parts, OfText(name));
        BinaryPrimitives.WriteUInt32LittleEndian(parts[4..], Crc32C.Of(value));
        return Crc32C.Of(parts);
    }

    // Over the text's UTF-16 as it lies in memory, little endian on every machine .NET runs on in practice; a store
    // moved to a big-endian machine would be refused, not misread.
    private static uint OfText(string text) => Crc32C.Of(MemoryMarshal.AsBytes(text.AsSpan()));
}
