using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Core.Versioning;

/// <summary>
/// The opaque <c>clock</c> that clients hold: a version vector in URL-safe base64 (RFC 4648, section 5), sealed with a
/// checksum over cluster and key, so that a clock of another key or cluster is refused instead of quietly resolving
/// siblings its holder never saw.
/// </summary>
public static class ContextToken
{
    /// <summary>The longest token accepted, in characters.</summary>
    public const int LengthMax = 32_768;

    // Far above what a key can be written, far enough below 2^64 that a forged clock cannot make a counter wrap.
    private const ulong CounterMax = 1UL << 53;

    private const byte Format = 1;
    private const int ChecksumSizeBytes = sizeof(uint);

    /// <summary>Makes the token.</summary>
    public static string Encode(string clusterName, Key key, VersionVector context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var buffer = new ArrayBufferWriter<byte>(64);
        buffer.Write([Format]);
        VersionVectorCodec.Write(buffer, context);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(ChecksumSizeBytes), Seal(clusterName, key, buffer.WrittenSpan));
        buffer.Advance(ChecksumSizeBytes);
        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>Reads a token; false when it is malformed or was made for another key or cluster.</summary>
    public static bool TryDecode(string clusterName, Key key, string? token, [NotNullWhen(true)] out VersionVector? context)
    {
        context = null;
        if (string.IsNullOrEmpty(token) || token.Length > LengthMax || token.Contains('=', StringComparison.Ordinal)
            || token.AsSpan().ContainsAny(" \t\r\n") || !Base64Url.IsValid(token))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(token).AsSpan();
        if (bytes.Length <= ChecksumSizeBytes || bytes[0] != Format
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumSizeBytes..]) != Seal(clusterName, key, bytes[..^ChecksumSizeBytes]))
        {
            return false;
        }

        try
        {
            var body = bytes[..^ChecksumSizeBytes];
            var offset = 1;
            var vector = VersionVectorCodec.ReadVector(body, ref offset);
            context = offset == body.Length && vector.Entries.Concat(vector.Singles).All(dot => dot.Counter <= CounterMax) ? vector : null;
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            // The checksum is no secret: a forged token can still be malformed inside.
        }

        return context is not null;
    }

    private static uint Seal(string clusterName, Key key, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(clusterName);
        ArgumentNullException.ThrowIfNull(key);
        var sealedBytes = new ArrayBufferWriter<byte>(body.Length + key.Utf8.Length + clusterName.Length + 8);
        sealedBytes.Write(Encoding.UTF8.GetBytes(clusterName));
        sealedBytes.Write([(byte)0]);
        sealedBytes.Write(key.Utf8.Span);
        sealedBytes.Write([(byte)0]);
        sealedBytes.Write(body);
        return Crc32C.Of(sealedBytes.WrittenSpan);
    }
}
