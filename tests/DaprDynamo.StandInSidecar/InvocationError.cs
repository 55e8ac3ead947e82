using System.Globalization;
using System.Text.Json;

namespace DaprDynamo.StandInSidecar;

/// <summary>What a sidecar answers when it could not carry a call out.</summary>
internal sealed record InvocationError(int Status, string Message, bool IsUnavailable = false)
{
    /// <summary>The target's sidecar marks its own failures with this for the caller's: between real ones it is a gRPC status.</summary>
    internal const string Header = "stand-in-error";

    internal static InvocationError NoHealthyService(string appId) => new(500, $"no healthy services found with AppID '{appId}'");

    internal static InvocationError NameUnresolved(string reason) => new(500, $"failed to query healthy consul services: {reason}");

    internal static InvocationError AppUnreachable(string method, Uri address, string reason) => new(
        500, $"rpc error: code = Internal desc = error invoking app channel: {method} \"{address}\": dial tcp {address.Authority}: connect: {reason}");

    internal static InvocationError AppFailed(string method, Uri address) => new(
        500, $"rpc error: code = Internal desc = error invoking app channel: {method} \"{address}\": EOF");

    internal static InvocationError AppUnhealthy => new(500, "rpc error: code = Internal desc = app is not in a healthy state");

    internal static InvocationError TooLarge => new(500, "rpc error: code = ResourceExhausted desc = stream too large");

    internal static InvocationError SidecarUnreachable(Uri address) => new(
        500,
        $"rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp {address.Authority}: connect: connection refused\"",
        IsUnavailable: true);

    internal static InvocationError SidecarLost => new(500, "rpc error: code = Unavailable desc = error reading from server: EOF", IsUnavailable: true);

    internal static InvocationError TimedOut => new(500, "rpc error: code = DeadlineExceeded desc = context deadline exceeded");

    internal InvocationError AfterRetries(string appId, int retries) => retries == 0 ? this : this with
    {
        Message = string.Create(CultureInfo.InvariantCulture, $"failed to invoke target {appId} after {retries} retries. Error: {Message}"),
    };

    internal Task WriteAsync(HttpContext context, string appId)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(
            new { errorCode = "ERR_DIRECT_INVOKE", message = $"failed to invoke, id: {appId}, err: {Message}" }));
    }
}
