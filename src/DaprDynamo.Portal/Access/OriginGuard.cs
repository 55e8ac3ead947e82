using DaprDynamo.Portal.Hubs;
using DaprDynamo.Portal.Proxy;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Keeps web pages of others away. Where everybody is let in, a page whose name was made to point here gives itself away by the Host
/// header, a page of another origin that wants to change something or to listen in by the Origin header. Where people sign in, the
/// browser shows their cookie to the hub also for a page at another port, as that is the same site; only its own pages may listen with it.
/// Programs send no Origin and are let through.
/// </summary>
internal sealed class OriginGuard(RequestDelegate next, PortalOptions options)
{
    private static readonly string[] OwnNames = ["localhost", "127.0.0.1", "[::1]"];

    public Task InvokeAsync(HttpContext context) => RefusalOf(context) is { } refusal ? refusal.WriteAsync(context) : next(context);

    private Problem? RefusalOf(HttpContext context)
    {
        if (options.Token.Length > 0)
        {
            return IsHubWithCookie(context.Request) && !IsOfOwnPages(context.Request) ? Problem.ForeignOrigin : null;
        }

        return !IsOwnHost(context.Request.Host) ? Problem.ForeignHost
            : IsOwnOrigin(context.Request) || OnlyLooks(context) ? null
            : Problem.ForeignOrigin;
    }

    private static bool IsHubWithCookie(HttpRequest request) =>
        request.Path.StartsWithSegments(ClusterHub.Path, StringComparison.Ordinal) && BearerHandler.ShownBy(request) is null;

    /// <summary>Whether name and port agree. The scheme may not: whoever encrypts for the portal speaks plainly to it.</summary>
    private static bool IsOfOwnPages(HttpRequest request) => request.Headers.Origin.All(
        origin => Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));

    // Browsers always name a host; programs of HTTP/1.0 need not.
    private static bool IsOwnHost(HostString host) => !host.HasValue || OwnNames.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin.All(origin => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));

    /// <summary>What other pages may have the browser fetch: they cannot read the answer.</summary>
    private static bool OnlyLooks(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !context.WebSockets.IsWebSocketRequest && !context.Request.Headers.ContainsKey("Upgrade");
}
