using Microsoft.Extensions.Logging;

namespace DaprDynamo.ServiceDefaults;

/// <summary>What a host decides in code about its defaults; everything else comes from configuration.</summary>
public sealed class ServiceDefaultsOptions
{
    /// <summary>
    /// The least level shown on the console, on top of what <c>Logging:LogLevel</c> lets through: a process that runs five
    /// nodes in one console sets Warning. Exported telemetry is not affected.
    /// </summary>
    public LogLevel ConsoleMinimumLevel { get; set; } = LogLevel.Trace;

    /// <summary>Where console lines go instead of standard output. It is flushed after each line and never disposed.</summary>
    public TextWriter? ConsoleOutput { get; set; }
}
