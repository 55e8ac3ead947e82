using DaprDynamo.LocalCluster.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>
/// The control API beside the portal, on the cluster's first port: <c>GET /local/nodes</c>, <c>POST /local/nodes?zone=</c>,
/// <c>DELETE /local/nodes/{id}</c>. For programs on this machine only.
/// </summary>
internal static class ControlEndpoints
{
    /// <summary>Where the API is found.</summary>
    internal const string Path = "/local/nodes";

    internal static void Map(IEndpointRouteBuilder routes, LocalNodes nodes)
    {
        var control = routes.MapGroup(Path).AddEndpointFilter(OwnOriginOnly.InvokeAsync).AddEndpointFilter(TellFailuresAsync).AllowAnonymous();
        control.MapGet("", async (CancellationToken cancellationToken) =>
            Results.Ok((await nodes.ReadAsync(cancellationToken)).Select(report => report.ToResponse())));

        // A change that has begun goes on when whoever asked for it has gone.
        control.MapPost("", async (string? zone) => await nodes.AddAsync(zone, CancellationToken.None) switch
        {
            ({ } node, _) => Results.Json(new NodeReport(node, null).ToResponse(), statusCode: StatusCodes.Status202Accepted),
            var (_, refusal) => Refused(refusal!),
        }).DisableAntiforgery();
        control.MapDelete("/{id}", async (string id) => await nodes.LeaveAsync(id, CancellationToken.None) is { } refusal
            ? Refused(refusal)
            : Results.StatusCode(StatusCodes.Status202Accepted)).DisableAntiforgery();
    }

    private static async ValueTask<object?> TellFailuresAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
#pragma warning disable CA1031 // Whoever asked is told that it failed, the console what it was; the nodes go on.
        catch (Exception failure) when (!invocation.HttpContext.RequestAborted.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(failure.ToString());
            return Results.Problem("The cluster could not do it. Its console tells more.", statusCode: StatusCodes.Status500InternalServerError);
        }
#pragma warning restore CA1031
    }

    private static IResult Refused(Refusal refusal) => Results.Problem(refusal.Sentence, statusCode: refusal.Status);
}
