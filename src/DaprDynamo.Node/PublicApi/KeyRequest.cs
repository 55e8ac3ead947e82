using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DaprDynamo.Node.PublicApi;

/// <summary>Reads a client's request and makes an operation of it, or a problem that says what is wrong with it.</summary>
internal sealed class KeyRequest(string clusterName)
{
    /// <summary>The largest body: a value of the largest size, some white space in it, and the longest clock.</summary>
    internal const int BodySizeBytesMax = (2 * KeyApi.ValueSizeBytesMax) + ContextToken.LengthMax;

    /// <summary>Reads the request. Exactly one of the two results is there.</summary>
    internal async Task<(KeyOperation? Operation, Problem? Problem)> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!TryReadKey(context, out var key, out var problem) || !TryReadQuorum(request.Query[KeyApi.QuorumParameter], out var quorum, out problem))
        {
            return (null, problem);
        }

        if (HttpMethods.IsGet(request.Method))
        {
            return (new GetKey(key, quorum), null);
        }

        if (HttpMethods.IsDelete(request.Method))
        {
            return ReadDelete(key, quorum, request.Query[KeyApi.ClockParameter]);
        }

        if (!IsJson(request))
        {
            return (null, Problem.WrongContentType);
        }

        try
        {
            return ReadWrite(key, quorum, await ReadBodyAsync(request), isCreate: HttpMethods.IsPost(request.Method));
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // Framing the server could not follow, such as a chunk larger than any number: the client's mistake all the same.
            return (null, Problem.BrokenBody);
        }
    }

    private (KeyOperation? Operation, Problem? Problem) ReadDelete(Key key, int? quorum, StringValues clock)
    {
        if (clock.Count == 0)
        {
            return (new DeleteKey(key, quorum, Context: null), null);
        }

        return clock.Count == 1 && ContextToken.TryDecode(clusterName, key, clock[0], out var seen)
            ? (new DeleteKey(key, quorum, seen), null)
            : (null, Problem.BadClock);
    }

    private (KeyOperation? Operation, Problem? Problem) ReadWrite(Key key, int? quorum, ReadOnlyMemory<byte> bytes, bool isCreate)
    {
        WriteBody body;
        try
        {
            body = WriteBody.Parse(bytes.Span);
        }
        catch (JsonException malformed)
        {
            return (null, Problem.BadJson(malformed.Message));
        }

        if (body.Value is not { } value)
        {
            return (null, Problem.MissingValue);
        }

        if (value.Length > KeyApi.ValueSizeBytesMax)
        {
            return (null, Problem.ValueTooLarge);
        }

        if (isCreate)
        {
            return (new CreateKey(key, quorum, value), null);
        }

        if (body.Clock is null)
        {
            return (null, Problem.MissingClock);
        }

        return ContextToken.TryDecode(clusterName, key, body.Clock, out var seen)
            ? (new PutKey(key, quorum, value, seen), null)
            : (null, Problem.BadClock);
    }

    internal static bool TryReadKey(HttpContext context, [NotNullWhen(true)] out Key? key, [NotNullWhen(false)] out Problem? problem)
    {
        key = null;
        problem = null;
        var encoding = context.Request.Query[KeyApi.EncodingParameter];
        if (encoding.Count > 1 || (encoding.Count == 1 && encoding[0] != KeyApi.Base64UrlEncoding))
        {
            problem = Problem.BadEncoding;
        }
        else if (!KeyPath.TryDecode(context.Features.GetRequiredFeature<KeyPathFeature>().EncodedKey, encoding.Count == 1, out var utf8, out var detail))
        {
            problem = Problem.BadKey(detail);
        }
        else
        {
            key = Key.FromUtf8(utf8);
        }

        return problem is null && key is not null;
    }

    private static bool TryReadQuorum(StringValues text, out int? quorum, [NotNullWhen(false)] out Problem? problem)
    {
        quorum = null;
        problem = null;
        if (text.Count == 0)
        {
            return true;
        }

        var digits = text.Count == 1 ? text[0] : null;
        if (string.IsNullOrEmpty(digits) || digits.AsSpan().ContainsAnyExceptInRange('0', '9') || digits.AsSpan().IndexOfAnyExcept('0') < 0)
        {
            problem = Problem.BadQuorum;
            return false;
        }

        // A number that is too large for an int is also more than N.
        quorum = int.TryParse(digits, out var number) ? number : int.MaxValue;
        return true;
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        && (request.Headers.ContentEncoding.Count == 0 || string.Equals(request.Headers.ContentEncoding, "identity", StringComparison.OrdinalIgnoreCase));

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request)
    {
        var buffer = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, BodySizeBytesMax));
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
