using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>Decides whether a host exports telemetry. When it does not, nothing is registered and nothing listens.</summary>
internal static class TelemetryExport
{
    private const string IntervalSetting = "OTEL_METRIC_EXPORT_INTERVAL";
    private const int IntervalMsDefault = 60_000;

    public static void AddTelemetryExport(this WebApplicationBuilder builder, ServiceIdentity identity)
    {
        var targets = OtlpTargets.Read(builder.Configuration);
        if (targets.Count == 0)
        {
            return;
        }

        var intervalMs = int.TryParse(builder.Configuration[IntervalSetting], out var given) && given > 0 ? given : IntervalMsDefault;
        builder.Services.AddSingleton<ILoggerProvider>(_ => OpenTelemetryPipeline.CreateLoggerProvider(identity, targets));
        builder.Services.AddHostedService(services => new OpenTelemetryPipeline(
            identity,
            targets,
            intervalMs,
            new HostOwnership(identity.InstanceId, services.GetService<ActivitySource>(), services.GetService<IMeterFactory>())));
    }
}
