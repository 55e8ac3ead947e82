using DaprDynamo.ServiceDefaults.Correlation;
using DaprDynamo.ServiceDefaults.Health;
using DaprDynamo.ServiceDefaults.Logging;
using DaprDynamo.ServiceDefaults.Requests;
using DaprDynamo.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DaprDynamo.ServiceDefaults;

/// <summary>What every DaprDynamo host has in common, in the three places where a host is put together.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds console logging, telemetry export and health checks. Logging and telemetry settings are read here, so
    /// configuration sources are added before.
    /// </summary>
    /// <exception cref="Startup.StartupFailureException">A telemetry setting is not valid.</exception>
    public static WebApplicationBuilder AddServiceDefaults(
        this WebApplicationBuilder builder, ServiceIdentity identity, Action<ServiceDefaultsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(identity);

        var options = new ServiceDefaultsOptions();
        configure?.Invoke(options);

        builder.Services.AddSingleton(identity);
        builder.AddConsoleLogging(identity, options);
        builder.AddTelemetryExport(identity);
        builder.Services.AddReadinessChecks();
        return builder;
    }

    /// <summary>Correlation ids, spans that say what they are about, and request logging: the outermost middleware of every host.</summary>
    public static IApplicationBuilder UseServiceDefaults(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseCorrelationId().UseMiddleware<RequestSpanMiddleware>().UseRequestLogging();
    }

    /// <summary>Maps <c>/healthz/live</c> and <c>/healthz/ready</c>.</summary>
    public static IEndpointRouteBuilder MapServiceDefaults(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapHealthEndpoints();
    }
}
