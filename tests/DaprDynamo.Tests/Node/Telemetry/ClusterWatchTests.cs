using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.Node.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public class ClusterWatchTests
{
    [Fact]
    public async Task A_look_that_fails_is_logged_and_ends_neither_the_watch_nor_the_node()
    {
        // Not started, it has no members to look at: that is as good a failure as any.
        await using var running = new RunningNode(new NodeOptions(), null!, null!, null!, TimeProvider.System, NullLoggerFactory.Instance);
        var log = new FirstError();
        using var watch = new ClusterWatch(running, new EventBuffer(10), TimeProvider.System, log);

        await watch.StartAsync(CancellationToken.None);
        var failure = await log.Logged.Task;

        Assert.IsType<InvalidOperationException>(failure);
        Assert.False(watch.ExecuteTask!.IsCompleted);
        await watch.StopAsync(CancellationToken.None);
    }

    private sealed class FirstError : ILogger<ClusterWatch>
    {
        internal TaskCompletionSource<Exception?> Logged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Logged.TrySetResult(exception);
    }
}
