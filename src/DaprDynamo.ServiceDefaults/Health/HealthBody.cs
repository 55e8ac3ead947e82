using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprDynamo.ServiceDefaults.Health;

/// <summary>The small JSON body of a health answer.</summary>
internal static class HealthBody
{
    public static Task WriteLiveAsync(HttpContext context, HealthReport report) => WriteAsync(context, report, "live");

    public static Task WriteReadyAsync(HttpContext context, HealthReport report) =>
        WriteAsync(context, report, report.Status == HealthStatus.Unhealthy ? "not ready" : "ready");

    private static async Task WriteAsync(HttpContext context, HealthReport report, string status)
    {
        // Probes are answered ahead of the middleware that describes spans; by its route the export knows a probe and drops it.
        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("http.route", context.Request.Path.Value);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", StatusName(entry.Status));
            json.WriteString("description", Description(entry));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>An exception's message may hold what is not for everyone who can reach a probe: only its kind is told.</summary>
    private static string Description(HealthReportEntry entry) => entry switch
    {
        { Exception: OperationCanceledException } => "The check did not finish in time.",
        { Exception: { } thrown } when entry.Description is null || entry.Description == thrown.Message =>
            $"The check failed with {thrown.GetType().Name}.",
        _ => entry.Description ?? "",
    };

    private static string StatusName(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
