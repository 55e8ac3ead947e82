using Serilog.Events;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>
/// The framework's own reports of a failed start, each with a stack trace. The exception itself reaches the caller, and
/// <see cref="Startup.HostRunner"/> tells it once: in a sentence when the cause is known, in full when it is not.
/// </summary>
internal static class StartupNoise
{
    public static bool Matches(LogEvent logEvent) =>
        logEvent.Exception is not null
        && logEvent.MessageTemplate.Text is "Hosting failed to start" or "Unable to start Kestrel."
        && logEvent.Properties.TryGetValue("SourceContext", out var source)
        && source is ScalarValue { Value: string category }
        && category.StartsWith("Microsoft.", StringComparison.Ordinal);
}
