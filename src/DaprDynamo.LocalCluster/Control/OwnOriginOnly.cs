using Microsoft.AspNetCore.Http;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>
/// Refuses what web pages send: any page in a browser on this machine can reach the loopback address, and none must add or
/// take away nodes. A page of another origin gives itself away by the Origin header, one whose name was made to point here by
/// the Host header.
/// </summary>
internal static class OwnOriginOnly
{
    private static readonly string[] OwnNames = ["localhost", "127.0.0.1"];

    internal static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var request = invocation.HttpContext.Request;
        var isOwnHost = OwnNames.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase);
        var isOwnOrigin = request.Headers.Origin.All(origin => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
        return isOwnHost && isOwnOrigin
            ? await next(invocation)
            : Results.Problem("This is for programs on this machine only, and not for web pages of another origin.", statusCode: StatusCodes.Status403Forbidden);
    }
}
