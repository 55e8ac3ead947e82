using System.Diagnostics;
using DaprDynamo.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace DaprDynamo.ServiceDefaults.Correlation;

/// <summary>Finds or makes a request's correlation id, and puts it where logs, spans and the client see it.</summary>
internal sealed class CorrelationIdMiddleware(RequestDelegate next, ILogger<CorrelationIdMiddleware> logger)
{
    public const string HeaderName = "X-Correlation-Id";
    private const int LengthMax = 128;

    public async Task InvokeAsync(HttpContext context)
    {
        var id = Accepted(context.Request.Headers[HeaderName]) ?? TraceId();
        context.Features.Set<ICorrelationIdFeature>(new Feature(id));
        if (Activity.Current is { } span && span.Source.HasListeners())
        {
            span.SetTag("correlation.id", id);
        }

        // Not until the answer starts: an exception handler clears the headers set before it.
        context.Response.OnStarting(static state =>
        {
            var starting = (HttpContext)state;
            starting.Response.Headers[HeaderName] = starting.GetCorrelationId();
            return Task.CompletedTask;
        }, context);

        using (logger.BeginScope(new KeyValuePair<string, object?>[] { new(LogProperties.CorrelationId, id) }))
        {
            await next(context);
        }
    }

    /// <summary>The header goes into logs and back into a header: only what is harmless in both is taken.</summary>
    private static string? Accepted(StringValues header) =>
        header is [{ Length: > 0 and <= LengthMax } value] && !value.AsSpan().ContainsAnyExceptInRange('!', '~') ? value : null;

    private static string TraceId()
    {
        var traceId = Activity.Current?.TraceId ?? default;
        return (traceId == default ? ActivityTraceId.CreateRandom() : traceId).ToHexString();
    }

    private sealed record Feature(string CorrelationId) : ICorrelationIdFeature;
}
