using System.Diagnostics;
using System.Text.Json;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Transport;

namespace DaprDynamo.Node.PublicApi;

/// <summary>
/// An error as a client sees it: problem details (RFC 9457) with a stable type, a sentence, and the trace id under which
/// the logs tell more.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">One of <see cref="ProblemTypes"/>.</param>
/// <param name="Detail">What went wrong and what to do about it.</param>
internal sealed record Problem(int Status, string Type, string Detail)
{
    internal const string ContentType = "application/problem+json";

    /// <summary>Writes members of the problem's own.</summary>
    internal Action<Utf8JsonWriter>? WriteMembers { get; init; }

    /// <summary>When to try again, in seconds; null when that would not help.</summary>
    internal int? RetryAfterSeconds { get; init; }

    internal static Problem BadQuorum { get; } = new(400, ProblemTypes.BadQuorum, "The query parameter 'quorum' is a whole number, 1 or more, given once.");

    internal static Problem BadEncoding { get; } = new(400, ProblemTypes.BadKey, "The query parameter 'encoding' can only be 'base64url', given once.");

    internal static Problem BadClock { get; } = new(400, ProblemTypes.BadClock, "The clock is malformed, or belongs to another key or cluster. Read the key and use the clock that comes with it.");

    internal static Problem MissingClock { get; } = new(400, ProblemTypes.MissingClock, "A put needs the 'clock' of the read it follows. To write a new key, use POST.");

    internal static Problem MissingValue { get; } = new(400, ProblemTypes.MissingValue, "The body has no member 'value'.");

    internal static Problem WrongContentType { get; } = new(415, ProblemTypes.UnsupportedMediaType, "The body must come as 'Content-Type: application/json', in UTF-8 and without a content encoding.");

    internal static Problem BrokenBody { get; } = new(400, ProblemTypes.BadRequest, "The body could not be read to its end.");

    internal static Problem ValueTooLarge { get; } = new(413, ProblemTypes.TooLarge, "A value is at most 1,048,576 bytes of JSON without insignificant white space.");

    internal static Problem Unauthorized { get; } = new(401, ProblemTypes.Unauthorized, "Show the token as 'Authorization: Bearer'.");

    internal static Problem WrongAppToken { get; } = new(
        401, ProblemTypes.Unauthorized, "The request came through a Dapr sidecar that does not show this application's APP_API_TOKEN.");

    internal static Problem Overloaded { get; } =
        new(503, ProblemTypes.Overloaded, "The node has more requests under way than it allows itself. Nothing was done; try again shortly.") { RetryAfterSeconds = 1 };

    internal static Problem NotServing(string? trouble) =>
        new(503, ProblemTypes.NotServing, $"{trouble ?? "The node has just begun to serve."} Nothing was done; try again shortly, or ask another node.") { RetryAfterSeconds = 1 };

    internal static Problem Conflict(string detail) => new(409, ProblemTypes.Conflict, detail);

    internal static Problem BadRequest(string detail) => new(400, ProblemTypes.BadRequest, detail);

    internal static Problem BadKey(string detail) => new(400, ProblemTypes.BadKey, detail);

    internal static Problem BadJson(string detail) => new(400, ProblemTypes.BadJson, detail);

    /// <summary>Answers with the problem.</summary>
    internal async Task WriteAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("type", Type);
            writer.WriteString("title", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(Status));
            writer.WriteNumber("status", Status);
            writer.WriteString("detail", Detail);
            writer.WriteString("traceId", Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
            WriteMembers?.Invoke(writer);
            writer.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (context.Request.Path.StartsWithSegments(PeerProtocol.PathPrefix, StringComparison.OrdinalIgnoreCase))
        {
            // A peer is to know that a node refuses, and not something in its place.
            response.Headers[PeerProtocol.ChecksumHeader] = BodyChecksum.Of(body.GetBuffer().AsSpan(0, (int)body.Length));
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        }
    }
}
