using Microsoft.AspNetCore.Builder;

namespace DaprDynamo.ServiceDefaults.Requests;

/// <summary>One structured log line per request.</summary>
public static class RequestLoggingExtensions
{
    /// <summary>
    /// Logs each request's method, route pattern, status and duration: at Debug when it succeeded, Information for 4xx,
    /// Warning for 5xx. Health probes are left out, and keys, values and query strings never appear.
    /// </summary>
    public static IApplicationBuilder UseRequestLogging(this IApplicationBuilder app) => app.UseMiddleware<RequestLoggingMiddleware>();
}
