using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace DaprDynamo.ServiceDefaults.Requests;

/// <summary>
/// Names the server's span and gives it its route and outcome. ASP.NET Core 10 starts the span but leaves describing it to
/// the instrumentation package; with the route in place of the path, no key gets into it.
/// </summary>
internal sealed class RequestSpanMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        return span is not null && span.Source.HasListeners() ? DescribeAsync(context, span) : next(context);
    }

    private async Task DescribeAsync(HttpContext context, Activity span)
    {
        var endpoint = context.GetEndpoint();
        try
        {
            await next(context);
            Describe(context, endpoint, span, context.Response.StatusCode);
        }
        catch (Exception exception)
        {
            Describe(context, endpoint, span, StatusCodes.Status500InternalServerError);
            span.SetTag("error.type", exception.GetType().FullName);
            throw;
        }
    }

    private static void Describe(HttpContext context, Endpoint? noted, Activity span, int status)
    {
        var method = Method(context.Request.Method);
        span.SetTag("http.request.method", method);
        span.SetTag("url.scheme", context.Request.Scheme);
        span.SetTag("http.response.status_code", status);
        if (((noted ?? context.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{method} {route}";
        }
        else
        {
            span.DisplayName = method;
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>A client may make up methods without end; a collector groups by this.</summary>
    private static string Method(string method) => HttpMethods.GetCanonicalizedValue(method) switch
    {
        "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" or "CONNECT" or "TRACE" => HttpMethods.GetCanonicalizedValue(method),
        _ => "_OTHER",
    };
}
