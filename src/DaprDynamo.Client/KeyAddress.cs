using System.Buffers.Text;
using System.Text;
using DaprDynamo.Contracts.PublicApi;

namespace DaprDynamo.Client;

/// <summary>Where a key is on a node, or behind a sidecar.</summary>
internal static class KeyAddress
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The path and query of a key, relative to the base address.</summary>
    /// <exception cref="ArgumentException">The key is empty, too long, or holds an unpaired surrogate.</exception>
    internal static string Of(string key, string? daprAppId, int? quorum, string? clock)
    {
        ArgumentNullException.ThrowIfNull(key);
        var utf8 = Utf8Of(key);
        var isPlain = IsPlain(key);
        var address = new StringBuilder(daprAppId is null ? "" : $"/v1.0/invoke/{Uri.EscapeDataString(daprAppId)}/method");
        address.Append(KeyApi.PathPrefix).Append(isPlain ? key : Base64Url.EncodeToString(utf8));
        var separator = '?';
        Append(isPlain ? null : KeyApi.Base64UrlEncoding, KeyApi.EncodingParameter);
        Append(quorum?.ToString(System.Globalization.CultureInfo.InvariantCulture), KeyApi.QuorumParameter);
        Append(clock, KeyApi.ClockParameter);
        return address.ToString();

        void Append(string? value, string name)
        {
            if (value is not null)
            {
                address.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
    }

    /// <summary>
    /// Whether a path carries the key as it is. Sidecars and proxies decode and clean paths, so a key with anything in it
    /// that they could touch travels in base64url.
    /// </summary>
    private static bool IsPlain(string key) =>
        key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '~' or '.') && !key.All(letter => letter == '.');

    private static byte[] Utf8Of(string key)
    {
        byte[] utf8;
        try
        {
            utf8 = StrictUtf8.GetBytes(key);
        }
        catch (EncoderFallbackException malformed)
        {
            throw new ArgumentException("A key cannot hold half a surrogate pair.", nameof(key), malformed);
        }

        return utf8.Length is > 0 and <= KeyApi.KeySizeBytesMax
            ? utf8
            : throw new ArgumentException($"A key is 1 to {KeyApi.KeySizeBytesMax} bytes of UTF-8; this one is {utf8.Length}.", nameof(key));
    }
}
