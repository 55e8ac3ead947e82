using DaprDynamo.Node.PublicApi;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Node.Hosting;

/// <summary>
/// Refuses what claims to come through the sidecar and does not show the sidecar's token, <c>APP_API_TOKEN</c>. Clients that call
/// the node without a sidecar have no such token and are let in by their own; peers of a node behind a sidecar never call it
/// otherwise.
/// </summary>
internal sealed class AppTokenMiddleware(RequestDelegate next, NodeOptions options, DaprSettings dapr, ILogger<AppTokenMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsForTheSidecar(context.Request) || SidecarRequests.ShowsAppToken(context.Request, dapr))
        {
            return next(context);
        }

        if (IsForPeers(context.Request))
        {
            logger.LogWarning("A peer's request was refused: it did not come through this node's sidecar, or APP_API_TOKEN is not the same on both");
        }

        return Problem.WrongAppToken.WriteAsync(context);
    }

    private bool IsForTheSidecar(HttpRequest request) =>
        SidecarRequests.CameThroughSidecar(request) || (options.Transport == TransportKind.Dapr && IsForPeers(request));

    private static bool IsForPeers(HttpRequest request) => request.Path.StartsWithSegments(PeerProtocol.PathPrefix, StringComparison.OrdinalIgnoreCase);
}
