using System.Diagnostics;
using DaprDynamo.ServiceDefaults.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.ServiceDefaults.Requests;

/// <summary>Logs one line when a request is over. The route's pattern stands for the path, because the path holds the key.</summary>
internal sealed partial class RequestLoggingMiddleware(RequestDelegate next, ILogger<RequestLoggingMiddleware> logger)
{
    /// <summary>What proxies log for a client that hung up; nobody receives it.</summary>
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        // An exception handler re-executes the pipeline and forgets the endpoint, so it is noted on the way in.
        var endpoint = context.GetEndpoint();
        try
        {
            await next(context);
        }
        catch (Exception)
        {
            var status = context.RequestAborted.IsCancellationRequested ? ClientClosedRequest : StatusCodes.Status500InternalServerError;
            Log(context, endpoint, started, context.Response.HasStarted ? context.Response.StatusCode : status);
            throw;
        }

        Log(context, endpoint, started, context.Response.StatusCode);
    }

    private void Log(HttpContext context, Endpoint? noted, long started, int status)
    {
        var endpoint = noted ?? context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<HealthEndpointMetadata>() is not null)
        {
            return;
        }

        var level = status switch
        {
            >= 500 => LogLevel.Warning,
            >= 400 => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        if (!logger.IsEnabled(level))
        {
            return;
        }

        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
        var elapsed = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
        LogRequest(level, context.Request.Method, route, status, elapsed);
    }

    // The correlation id is not repeated here: the scope around the request puts it on this event as on every other.
    [LoggerMessage(EventId = 1, EventName = "RequestFinished", Message = "{Method} {Route} answered {Status} in {ElapsedMs} ms")]
    private partial void LogRequest(LogLevel level, string method, string route, int status, double elapsedMs);
}
