using System.Globalization;

namespace DaprDynamo.Portal.Access;

/// <summary>What every page tells the browser not to allow. Answers relayed from nodes keep their own headers.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // Components set styles on elements; scripts come from files alone.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; connect-src 'self'";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            context.Response.OnStarting(static state =>
            {
                var starting = (HttpContext)state;
                var headers = starting.Response.Headers;
                var host = starting.Request.Host;
                // Older browsers do not take 'self' to mean the page's own sockets.
                headers.ContentSecurityPolicy = string.Create(CultureInfo.InvariantCulture, $"{Policy} ws://{host} wss://{host}");
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Referrer-Policy"] = "same-origin";
                return Task.CompletedTask;
            }, context);
        }

        return next(context);
    }
}
