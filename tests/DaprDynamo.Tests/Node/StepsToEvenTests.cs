using DaprDynamo.Cluster.Storing;
using DaprDynamo.Node.Admin;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.Node;

public class StepsToEvenTests
{
    private readonly Lines _log = new();

    [Fact]
    public async Task An_objection_is_shown_as_long_as_it_stands_and_logged_when_it_changes()
    {
        var steps = Begun();
        Assert.Null(steps.WaitsFor);

        foreach (var objection in (string[])["node-2 is silent.", "node-2 is silent.", "node-3 is silent.", "node-3 is silent."])
        {
            await steps.ContinueAsync(() => AnswerAsync(null, objection));
            Assert.EndsWith(objection, steps.WaitsFor, StringComparison.Ordinal);
        }

        Assert.Collection(
            _log.Written,
            line => Assert.Contains("node-2 is silent.", line.Text, StringComparison.Ordinal),
            line => Assert.Contains("node-3 is silent.", line.Text, StringComparison.Ordinal));
        await steps.ContinueAsync(() => AnswerAsync("node-2", null));
        Assert.Equal((null, true), (steps.WaitsFor, steps.IsWanted));
    }

    [Fact]
    public async Task It_ends_when_the_ring_is_even_and_says_so()
    {
        var steps = Begun();
        await steps.ContinueAsync(() => AnswerAsync(null, "node-2 is silent."));
        await steps.ContinueAsync(() => AnswerAsync(null, null));

        Assert.Equal((null, false), (steps.WaitsFor, steps.IsWanted));
        Assert.Equal((LogLevel.Information, "The ring is even"), _log.Written[^1]);
    }

    [Fact]
    public async Task It_is_given_up_in_the_end_and_the_log_says_why()
    {
        var steps = Begun();
        for (var attempt = 1; attempt <= StepsToEven.AttemptsMax; attempt++)
        {
            Assert.True(steps.IsWanted);
            await steps.ContinueAsync(() => AnswerAsync(null, "node-2 is silent."));
        }

        Assert.Equal((null, false), (steps.WaitsFor, steps.IsWanted));
        var (level, text) = _log.Written[^1];
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("given up", text, StringComparison.Ordinal);
        Assert.Contains("node-2 is silent.", text, StringComparison.Ordinal);
        Assert.Equal(2, _log.Written.Count);
    }

    [Fact]
    public async Task A_step_that_cannot_be_written_down_is_tried_again_and_what_is_wrong_is_shown()
    {
        var steps = Begun();
        await steps.ContinueAsync(() => throw new StoreFullException("The disk is full."));

        Assert.True(steps.IsWanted);
        Assert.Contains("The disk is full.", steps.WaitsFor, StringComparison.Ordinal);
    }

    [Fact]
    public void What_did_not_begin_does_not_go_on()
    {
        var steps = new StepsToEven(_log);
        steps.Begin((null, "node-2 is in the middle of a change of the ring."));
        Assert.False(steps.IsWanted);
    }

    private StepsToEven Begun()
    {
        var steps = new StepsToEven(_log);
        steps.Begin(("node-1", null));
        return steps;
    }

    private static Task<(string? NodeId, string? Objection)> AnswerAsync(string? nodeId, string? objection) => Task.FromResult((nodeId, objection));

    private sealed class Lines : ILogger
    {
        internal List<(LogLevel Level, string Text)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((logLevel, formatter(state, exception)));
    }
}
