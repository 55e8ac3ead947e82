using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace DaprDynamo.Contracts.PublicApi;

/// <summary>
/// Reads the key out of a request's target. The server's own decoding is of no use here: it leaves <c>%2F</c> as it is and
/// resolves <c>..</c>, while a key is every byte after <c>/v1/</c>, percent-decoded once.
/// </summary>
public static class KeyPath
{
    /// <summary>The part of a request target that names the key, still encoded; false when the target is not below <see cref="KeyApi.PathPrefix"/>.</summary>
    /// <param name="target">In origin form (<c>/v1/a?b</c>) or absolute form (<c>http://host/v1/a?b</c>; RFC 9112, section 3.2).</param>
    /// <param name="encodedKey">The key's part.</param>
    public static bool TryFind(string target, [NotNullWhen(true)] out string? encodedKey)
    {
        ArgumentNullException.ThrowIfNull(target);
        var path = target;
        if (!path.StartsWith('/') && path.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var slash = path.IndexOf('/', scheme + "://".Length);
            path = slash < 0 ? "/" : path[slash..];
        }

        var end = path.AsSpan().IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        encodedKey = path.StartsWith(KeyApi.PathPrefix, StringComparison.Ordinal) ? path[KeyApi.PathPrefix.Length..] : null;
        return encodedKey is not null;
    }

    /// <summary>The key that the part names.</summary>
    /// <param name="encodedKey">What <see cref="TryFind"/> found.</param>
    /// <param name="isBase64Url">Whether the part is the key in base64url, as <c>?encoding=base64url</c> says.</param>
    /// <param name="utf8">The key's bytes: 1 to <see cref="KeyApi.KeySizeBytesMax"/> of valid UTF-8.</param>
    /// <param name="problem">What is wrong when there is none: a sentence for the client.</param>
    public static bool TryDecode(
        string encodedKey, bool isBase64Url, [NotNullWhen(true)] out byte[]? utf8, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(encodedKey);
        problem = null;
        if (!TryPercentDecode(encodedKey, out var bytes))
        {
            problem = "The key holds a '%' that two hexadecimal digits do not follow, or a character that must be percent-encoded.";
        }
        else if (isBase64Url && !TryBase64UrlDecode(bytes, out bytes))
        {
            problem = "The key is not valid base64url without padding, as 'encoding=base64url' says it is.";
        }
        else if (bytes.Length is 0 or > KeyApi.KeySizeBytesMax)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"A key is 1 to {KeyApi.KeySizeBytesMax} bytes of UTF-8; this one is {bytes.Length}.");
        }
        else if (!Utf8.IsValid(bytes))
        {
            problem = "The key is not valid UTF-8 once it is percent-decoded.";
        }

        utf8 = problem is null ? bytes : null;
        return utf8 is not null;
    }

    private static bool TryPercentDecode(string text, out byte[] bytes)
    {
        var raw = Encoding.UTF8.GetBytes(text);
        var size = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                raw[size++] = raw[i];
            }
            else if (i + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[i + 1]) && char.IsAsciiHexDigit((char)raw[i + 2]))
            {
                raw[size++] = (byte)((Convert.FromHexString([(char)raw[i + 1], (char)raw[i + 2]]))[0]);
                i += 2;
            }
            else
            {
                bytes = [];
                return false;
            }
        }

        bytes = raw[..size];
        return true;
    }

    private static bool TryBase64UrlDecode(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text) || text.ContainsAny("= \t\r\n"u8))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromUtf8(text);
        return true;
    }
}
