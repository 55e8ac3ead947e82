using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DaprDynamo.ServiceDefaults.Correlation;

/// <summary>Correlation ids of requests.</summary>
public static class CorrelationIdExtensions
{
    /// <summary>
    /// Gives every request a correlation id: the <c>X-Correlation-Id</c> header when it holds 1 to 128 visible ASCII
    /// characters, else the trace id. The answer carries it, and so does every log line written meanwhile.
    /// </summary>
    public static IApplicationBuilder UseCorrelationId(this IApplicationBuilder app) => app.UseMiddleware<CorrelationIdMiddleware>();

    /// <summary>The request's correlation id; without the middleware, its trace identifier.</summary>
    public static string GetCorrelationId(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ICorrelationIdFeature>()?.CorrelationId ?? context.TraceIdentifier;
    }
}
