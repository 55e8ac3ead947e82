using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprDynamo.Contracts.PublicApi;
using Microsoft.AspNetCore.WebUtilities;

namespace DaprDynamo.Portal.Proxy;

/// <summary>An error of the portal itself as a client sees it: problem details (RFC 9457) of the same shape as a node's.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">One of <see cref="ProblemTypes"/>.</param>
/// <param name="Detail">What went wrong and what to do about it.</param>
internal sealed record Problem(int Status, string Type, string Detail)
{
    internal const string ContentType = "application/problem+json";

    // The body is JSON and never markup: sentences stay readable.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When to try again, in seconds; null when that would not help.</summary>
    internal int? RetryAfterSeconds { get; init; }

    internal static Problem Unauthorized { get; } = new(401, ProblemTypes.Unauthorized, "Show a token of the portal as 'Authorization: Bearer'.");

    internal static Problem ReadOnly { get; } =
        new(403, ProblemTypes.Forbidden, "This portal is read-only: nothing can be changed through it. Ask a node, or a portal that is not.");

    internal static Problem OnlyLooking { get; } = new(403, ProblemTypes.Forbidden, "This token is good for looking only. Show the operators' token to change something.");

    internal static Problem ForeignOrigin { get; } =
        new(403, ProblemTypes.Forbidden, "The request comes from a web page of another origin, and the portal takes none from there.");

    internal static Problem ForeignHost { get; } = new(
        403, ProblemTypes.Forbidden, "The portal has no token, and so is for this machine only: ask it as localhost or 127.0.0.1, or give it a token.");

    internal static Problem WrongAppToken { get; } = new(
        401, ProblemTypes.Unauthorized, "The request came through a Dapr sidecar that does not show this application's APP_API_TOKEN.");

    internal static Problem ThroughSidecar { get; } = new(
        403, ProblemTypes.Forbidden, "The portal has no token, and so is for this machine only, but the request came through a Dapr sidecar, which others can reach: set Portal:Token.");

    internal static Problem ValueTooLarge { get; } = new(413, ProblemTypes.TooLarge, "A value is at most 1,048,576 bytes of JSON without insignificant white space.");

    internal static Problem BrokenBody { get; } = new(400, ProblemTypes.BadRequest, "The body could not be read to its end.");

    internal static Problem BadTarget { get; } = new(400, ProblemTypes.BadRequest, "The request's target makes no address.");

    internal static Problem Unreachable { get; } =
        new(503, ProblemTypes.Unreachable, "The portal reaches no node that could take the request. Nothing was done; try again shortly.") { RetryAfterSeconds = 1 };

    internal static Problem Overloaded { get; } =
        new(503, ProblemTypes.Overloaded, "The portal has too many requests under way. Nothing was done; try again shortly.") { RetryAfterSeconds = 1 };

    internal static Problem ReadTimedOut { get; } =
        new(504, ProblemTypes.Unreachable, "None of the nodes that were asked answered in time. Nothing was changed; try again.");

    internal static Problem WriteLost { get; } = new(
        502, ProblemTypes.OutcomeUnknown, "The node was lost before it answered. The write may or may not have taken effect: read the key before you write it again.");

    internal static Problem WriteTimedOut { get; } = new(
        504, ProblemTypes.OutcomeUnknown, "The node did not answer in time. The write may or may not have taken effect: read the key before you write it again.");

    internal static Problem NoSuchPath { get; } = new(404, ProblemTypes.NoSuchPath, "There is nothing at this path. Keys live under /v1/.");

    internal static Problem MethodNotAllowed { get; } =
        new(405, ProblemTypes.MethodNotAllowed, "This path does not know the verb; the header Allow names those it does.");

    internal static Problem Internal { get; } = new(500, ProblemTypes.Internal, "The portal failed. Its log tells why, under the trace id given here.");

    internal static Problem RateLimited(int retryAfterSeconds) =>
        new(429, ProblemTypes.RateLimited, "This client sends more requests than the portal takes from one. Nothing was done; try again later.") { RetryAfterSeconds = retryAfterSeconds };

    internal static Problem LockedOut(int retryAfterSeconds) =>
        new(429, ProblemTypes.RateLimited, "Too many wrong tokens came from this address. Nothing was done; try again later.") { RetryAfterSeconds = retryAfterSeconds };

    internal static Problem BadKey(string detail) => new(400, ProblemTypes.BadKey, detail);

    internal static Problem BadRequest(int status, string detail) => new(status, ProblemTypes.BadRequest, detail);

    /// <summary>Answers with the problem.</summary>
    internal async Task WriteAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(body, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type", Type);
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
            writer.WriteNumber("status", Status);
            writer.WriteString("detail", Detail);
            writer.WriteString("traceId", Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
            writer.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        }
    }
}
