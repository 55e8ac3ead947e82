using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>Puts a Serilog pipeline of the host's own behind its loggers; nothing is shared with other hosts in the process.</summary>
internal static class ConsoleLogging
{
    /// <summary>What holds until configuration says otherwise.</summary>
    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // At Information the client's logger writes each URI, and with it the key.
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        // A probe repeats every few seconds while a node joins; the answer itself says what is not ready.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",
    };

    public static void AddConsoleLogging(this WebApplicationBuilder builder, ServiceIdentity identity, ServiceDefaultsOptions options)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.Logging.ClearProviders();

        var formatter = builder.Configuration.GetValue("Logging:Json", false)
            ? (ITextFormatter)new JsonLineFormatter()
            : new ReadableLineFormatter();

        // Made by the container, so that it is disposed, and its last lines written, with the host.
        builder.Services.AddSingleton<ILoggerProvider>(_ => new ConsoleLoggerProvider(CreateLogger(identity, options, formatter)));
    }

    private static Logger CreateLogger(ServiceIdentity identity, ServiceDefaultsOptions options, ITextFormatter formatter)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelConvert.ToSerilogLevel(options.ConsoleMinimumLevel))
            .Enrich.WithProperty(LogProperties.Service, identity.ServiceName)
            .Enrich.WithProperty(LogProperties.Node, identity.InstanceId)
            .Filter.ByExcluding(StartupNoise.Matches);

        if (options.ConsoleMinimumLevel == LogLevel.None)
        {
            configuration.Filter.ByExcluding(_ => true);
        }

        configuration = options.ConsoleOutput is { } output
            ? configuration.WriteTo.Sink(new TextWriterSink(output, formatter))
            : configuration.WriteTo.Console(formatter);
        return configuration.CreateLogger();
    }
}
