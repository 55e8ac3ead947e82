using System.Net;
using System.Text.Json;
using DaprDynamo.Contracts.PublicApi;

namespace DaprDynamo.Client;

/// <summary>Makes the exception that an answer of failure calls for, whoever on the way gave it.</summary>
internal static class Problems
{
    private const int QuotedLengthMax = 200;

    internal static DaprDynamoException From(HttpResponseMessage response, JsonElement? body)
    {
        var status = response.StatusCode;
        var type = Text(body, "type");
        var detail = Text(body, "detail") ?? Foreign(response, body);
        var traceId = Text(body, "traceId");
        if (type is null || !type.StartsWith("urn:daprdynamo:", StringComparison.Ordinal))
        {
            // A sidecar's own refusals, a proxy's pages: nobody knows what became of the request.
            return status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
                ? new DaprDynamoOverloadedException(detail, status, RetryAfterOf(response))
                : status == HttpStatusCode.Unauthorized ? new DaprDynamoUnauthorizedException(detail)
                : new DaprDynamoUnavailableException(detail, status);
        }

        return status switch
        {
            HttpStatusCode.Unauthorized => new DaprDynamoUnauthorizedException(detail) { ProblemType = type, TraceId = traceId },
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests =>
                new DaprDynamoOverloadedException(detail, status, RetryAfterOf(response)) { ProblemType = type, TraceId = traceId },
            HttpStatusCode.GatewayTimeout when type == ProblemTypes.QuorumNotReached =>
                new QuorumNotReachedException(detail, Number(body, "needed"), Number(body, "answered"), Number(body, "replicas")) { ProblemType = type, TraceId = traceId },
            _ when type == ProblemTypes.OutcomeUnknown => new DaprDynamoUnavailableException(detail, status) { ProblemType = type, TraceId = traceId },
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError =>
                new DaprDynamoRequestException(detail, status) { ProblemType = type, TraceId = traceId },
            _ => new DaprDynamoException(detail, status) { ProblemType = type, TraceId = traceId },
        };
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;

    private static string Foreign(HttpResponseMessage response, JsonElement? body)
    {
        // Dapr: {"errorCode":"ERR_DIRECT_INVOKE","message":"..."}
        var message = Text(body, "message");
        var quoted = message is { Length: > QuotedLengthMax } ? message[..QuotedLengthMax] + "..." : message;
        return $"The answer {(int)response.StatusCode} is not the store's" + (quoted is null ? "." : ": " + quoted);
    }

    private static string? Text(JsonElement? body, string name) =>
        body is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static int Number(JsonElement? body, string name) =>
        body is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : 0;
}
