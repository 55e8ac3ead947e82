using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Core.Merkle;

/// <summary>
/// A key and what a replica holds of it in 64 bits: the same on two replicas exactly when they know of the same writes and
/// hold the same siblings, but for an accident of one in 2^64. Values are left out: a dot never stands for two of them.
/// </summary>
public static class RecordDigest
{
    /// <summary>The digest of a record; 0 when nothing is known of the key.</summary>
    public static ulong Of(Key key, DottedVersionVectorSet versions)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(versions);
        if (versions.IsEmpty)
        {
            return 0;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        Varint.Write(buffer, (ulong)key.Utf8.Length);
        buffer.Write(key.Utf8.Span);
        VersionVectorCodec.Write(buffer, versions.Context);
        foreach (var sibling in versions.Siblings)
        {
            VersionVectorCodec.Write(buffer, sibling.Dot);
        }

        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(buffer.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
