using System.Buffers.Text;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Ring;
using Microsoft.Extensions.Primitives;

namespace DaprDynamo.Portal.Proxy;

/// <summary>What the target of a key request names, as it was sent.</summary>
/// <param name="PathAndQuery">The target from its first slash on, byte for byte.</param>
/// <param name="Key">The key; null when the target names none that could be.</param>
/// <param name="Trouble">What is wrong with the key when there is none: a sentence for the client.</param>
internal sealed record KeyTarget(string PathAndQuery, Key? Key, string? Trouble)
{
    private const string EncodingIsBase64Url = KeyApi.EncodingParameter + "=" + KeyApi.Base64UrlEncoding;

    private StringValues Encoding { get; init; }

    /// <summary>Reads a target that <see cref="KeyPath.TryFind"/> has found to name a key.</summary>
    /// <param name="target">The raw target, in origin or absolute form.</param>
    /// <param name="encodedKey">The part of it that names the key.</param>
    /// <param name="encoding">The query parameter <c>encoding</c>.</param>
    internal static KeyTarget Read(string target, string encodedKey, StringValues encoding)
    {
        var pathAndQuery = target.StartsWith('/') ? target : target[target.IndexOf('/', target.IndexOf("://", StringComparison.Ordinal) + "://".Length)..];
        var isBase64Url = encoding.Count == 1 && encoding[0] == KeyApi.Base64UrlEncoding;
        var key = KeyPath.TryDecode(encodedKey, isBase64Url, out var utf8, out var trouble) ? Key.FromUtf8(utf8) : null;
        return new KeyTarget(pathAndQuery, key, trouble) { Encoding = encoding };
    }

    /// <summary>
    /// The same target for a sidecar, which decodes and cleans paths: with the key in base64url. Null when it names no key, so that
    /// there is nothing to ask for.
    /// </summary>
    internal string? ForSidecar()
    {
        if (Key is null)
        {
            return null;
        }

        var end = PathAndQuery.IndexOf('#', StringComparison.Ordinal);
        var sent = end < 0 ? PathAndQuery : PathAndQuery[..end];
        var mark = sent.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? "" : sent[(mark + 1)..];
        if (Encoding is not [KeyApi.Base64UrlEncoding])
        {
            // Beside an encoding that nobody knows it is one too many, and the node says so.
            query = query.Length == 0 ? EncodingIsBase64Url : $"{query}&{EncodingIsBase64Url}";
        }

        return $"{KeyApi.PathPrefix}{Base64Url.EncodeToString(Key.Utf8.Span)}?{query}";
    }
}
