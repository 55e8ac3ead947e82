using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>Serilog as a logging provider, with paths kept out of its scopes. <c>Logging:Serilog:LogLevel</c> addresses it alone.</summary>
[ProviderAlias("Serilog")]
internal sealed class ConsoleLoggerProvider(Logger logger) : ILoggerProvider
{
    private readonly SerilogLoggerProvider _inner = new(logger, dispose: true);

    public ILogger CreateLogger(string categoryName) => new ConsoleLogger(_inner.CreateLogger(categoryName));

    public void Dispose() => _inner.Dispose();

    private sealed class ConsoleLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            inner.BeginScope(PathFreeScopes.WithoutPath(state)!);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
