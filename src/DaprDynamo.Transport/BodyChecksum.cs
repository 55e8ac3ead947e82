using System.Globalization;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Transport;

/// <summary>The value of <see cref="PeerProtocol.ChecksumHeader"/>: length and CRC-32C, <c>1024-9ae0daaf</c>.</summary>
public static class BodyChecksum
{
    /// <summary>The value for a body.</summary>
    public static string Of(ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"{body.Length}-{Crc32C.Of(body):x8}");

    internal static bool Matches(ReadOnlySpan<byte> body, string? header) => header is not null && header == Of(body);
}
