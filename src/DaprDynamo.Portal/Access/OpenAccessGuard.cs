using DaprDynamo.Portal.Proxy;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Keeps web pages of others away from a portal that lets everybody in. A page whose name was made to point here gives itself away by
/// the Host header, a page of another origin that wants to change something or to listen in by the Origin header. Programs send no
/// Origin and are let through.
/// </summary>
internal sealed class OpenAccessGuard(RequestDelegate next, PortalOptions options)
{
    private static readonly string[] OwnNames = ["localhost", "127.0.0.1", "[::1]"];

    public Task InvokeAsync(HttpContext context) => options.Token.Length > 0 ? next(context)
        : !IsOwnHost(context.Request.Host) ? Problem.ForeignHost.WriteAsync(context)
        : IsOwnOrigin(context.Request) || OnlyLooks(context) ? next(context)
        : Problem.ForeignOrigin.WriteAsync(context);

    // Browsers always name a host; programs of HTTP/1.0 need not.
    private static bool IsOwnHost(HostString host) => !host.HasValue || OwnNames.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin.All(origin => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));

    /// <summary>What other pages may have the browser fetch: they cannot read the answer.</summary>
    private static bool OnlyLooks(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !context.WebSockets.IsWebSocketRequest && !context.Request.Headers.ContainsKey("Upgrade");
}
