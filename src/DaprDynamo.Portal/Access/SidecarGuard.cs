using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Portal.Proxy;
using DaprDynamo.ServiceDefaults.Health;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Keeps those away who come through the portal's sidecar and may not. A sidecar takes calls of other applications and other machines:
/// what it passes on says nothing of where it comes from, though it arrives on loopback. Without a token, which lets everybody on this
/// machine in, it gets no further than the key API, as at a node; and not there either when nodes ask for a token, which the portal
/// would show them for anybody.
/// </summary>
internal sealed class SidecarGuard(RequestDelegate next, PortalOptions options, DaprSettings dapr)
{
    public Task InvokeAsync(HttpContext context) => RefusalOf(context.Request) is { } refusal ? refusal.WriteAsync(context) : next(context);

    private Problem? RefusalOf(HttpRequest request) =>
        !SidecarRequests.CameThroughSidecar(request) ? null
        : !SidecarRequests.ShowsAppToken(request, dapr) ? Problem.WrongAppToken
        : options.Token.Length == 0 && !IsForEverybody(request.Path.Value ?? "") ? Problem.ThroughSidecar
        : null;

    private bool IsForEverybody(string path) =>
        path is HealthExtensions.LivePath or HealthExtensions.ReadyPath
        || (options.ApiToken.Length == 0 && (path.StartsWith(KeyApi.PathPrefix, StringComparison.Ordinal) || path == ProxyEndpoints.DescriptionPath));
}
