using System.Diagnostics;
using DaprDynamo.ServiceDefaults.Health;
using DaprDynamo.ServiceDefaults.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>
/// All that knows OpenTelemetry's types: one host's trace, metric and log export. It is a hosted service so that it listens
/// before the server takes requests; it is disposed with the container, after everything that still had something to tell.
/// OpenTelemetry.Extensions.Hosting would take the place of this file.
/// </summary>
internal sealed class OpenTelemetryPipeline(
    ServiceIdentity identity, IReadOnlyList<OtlpTarget> targets, int metricIntervalMs, HostOwnership ownership)
    : IHostedService, IDisposable
{
    /// <summary>How long the end of a host may wait for a collector that does not answer.</summary>
    private const int ShutdownMs = 3_000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource(identity))
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "DaprDynamo*");
        var metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource(identity))
            .AddMeter(
                "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "DaprDynamo*")
            .AddView(instrument => ownership.Owns(instrument.Meter) ? null : MetricStreamConfiguration.Drop);

        foreach (var target in targets)
        {
            traces.AddProcessor(new OwnSpans(ownership, new OtlpTraceExporter(Options(target, "traces"))));
            metrics.AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(Options(target, "metrics")), metricIntervalMs));
        }

        _traces = traces.Build();
        _metrics = metrics.Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // Together, so that an unreachable collector delays the end of the host once and not once per signal.
        Parallel.Invoke(
            () => _traces?.Shutdown(ShutdownMs),
            () => _metrics?.Shutdown(ShutdownMs));
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    /// <summary>Logs are exported by a logging provider of the host's own, which belongs to no other host by nature.</summary>
    public static ILoggerProvider CreateLoggerProvider(ServiceIdentity identity, IReadOnlyList<OtlpTarget> targets)
    {
        var options = new OpenTelemetryLoggerOptions { IncludeFormattedMessage = true, IncludeScopes = true, ParseStateValues = true };
        options.SetResourceBuilder(Resource(identity));
        var processors = targets
            .Select(target => new BatchLogRecordExportProcessor(new OtlpLogExporter(Options(target, "logs"))))
            .ToList();
        processors.ForEach(processor => options.AddProcessor(processor));
        return new LogExport(new OpenTelemetryLoggerProvider(new FixedOptions(options)), processors);
    }

    private static ResourceBuilder Resource(ServiceIdentity identity) =>
        ResourceBuilder.CreateDefault().AddService(
            identity.ServiceName, serviceVersion: identity.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: identity.InstanceId);

    private static OtlpExporterOptions Options(OtlpTarget target, string signal) => new()
    {
        Protocol = target.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Endpoint = target.For(signal),
        Headers = target.Headers,
        TimeoutMilliseconds = target.TimeoutMs,
    };

    /// <summary>Lets this host's spans through, without keys; drops probes and what other hosts in the process do.</summary>
    private sealed class OwnSpans(HostOwnership ownership, BaseExporter<Activity> exporter) : BatchActivityExportProcessor(exporter)
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("http.route") is HealthExtensions.LivePath or HealthExtensions.ReadyPath || !ownership.Owns(data))
            {
                return;
            }

            Replace(data, "url.path", data.GetTagItem("url.path") as string, KeyFreeUrls.Path);
            Replace(data, "url.full", data.GetTagItem("url.full") as string, KeyFreeUrls.Full);
            base.OnEnd(data);
        }

        private static void Replace(Activity activity, string tag, string? value, Func<string, string> with)
        {
            // The span may already be on its way through another host's exporter: it is changed only when that changes anything.
            if (value is not null && with(value) is var replaced && replaced != value)
            {
                activity.SetTag(tag, replaced);
            }
        }
    }

    /// <summary>OpenTelemetry as a logging provider, with paths kept out of its scopes, as on the console.</summary>
    [ProviderAlias("OpenTelemetry")]
    private sealed class LogExport(OpenTelemetryLoggerProvider inner, List<BatchLogRecordExportProcessor> processors)
        : ILoggerProvider, ISupportExternalScope
    {
        public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
            ((ISupportExternalScope)inner).SetScopeProvider(new PathFreeScopes(scopeProvider));

        public void Dispose()
        {
            // The provider's own end would wait longer, for one collector after the other.
            Parallel.ForEach(processors, processor => processor.Shutdown(ShutdownMs));
            inner.Dispose();
        }
    }

    private sealed class FixedOptions(OpenTelemetryLoggerOptions value) : IOptionsMonitor<OpenTelemetryLoggerOptions>
    {
        public OpenTelemetryLoggerOptions CurrentValue => value;

        public OpenTelemetryLoggerOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<OpenTelemetryLoggerOptions, string?> listener) => null;
    }
}
