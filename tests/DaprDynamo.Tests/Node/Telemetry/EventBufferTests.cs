using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Node.Telemetry;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public class EventBufferTests
{
    private readonly EventBuffer _events = new(capacity: 4);

    [Fact]
    public void A_reader_is_told_what_it_does_not_know_and_what_to_ask_with_next()
    {
        Add("a", "b", "c");

        Assert.Equal(("a b c", 3L, 0L), Read(after: 0));
        Assert.Equal(("c", 3L, 0L), Read(after: 2));
        Assert.Equal(("", 3L, 0L), Read(after: 3));
        Assert.Equal(("a b", 2L, 0L), Read(after: 0, limit: 2));
    }

    [Fact]
    public void A_reader_that_comes_too_late_is_told_how_much_it_missed()
    {
        Add("a", "b", "c", "d", "e", "f");

        Assert.Equal(("c d e f", 6L, 2L), Read(after: 0));
        Assert.Equal(("c d e f", 6L, 1L), Read(after: 1));
        Assert.Equal(("d e f", 6L, 0L), Read(after: 3));
    }

    [Fact]
    public void Ordinary_requests_make_room_before_failures_slow_ones_and_what_happens_to_the_cluster()
    {
        Add("health");
        AddRequest("failed", isFailure: true);
        for (var number = 1; number <= 9; number++)
        {
            AddRequest($"{number}");
        }

        Assert.Equal(("health failed 8 9", 11L, 7L), ReadAll(after: 0));
        Assert.Equal(("8 9", 11L, 5L), ReadAll(after: 4));

        AddRequest("slow", durationMs: 300);
        Assert.Equal("failed 8 9 slow", ReadAll(after: 0).Names);
        AddRequest("10");
        Assert.Equal("failed 9 slow 10", ReadAll(after: 0).Names);
    }

    [Fact]
    public void A_reader_that_knows_a_later_sequence_than_there_is_knows_it_from_an_earlier_life()
    {
        Add("a");

        Assert.Equal(("a", 1L, 0L), Read(after: 1000));
    }

    [Fact]
    public async Task A_reader_waits_for_what_comes_and_no_longer_than_it_wants_to()
    {
        await _events.WaitAsync(0, TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        var waiting = _events.WaitAsync(0, TimeSpan.FromMinutes(5), TimeProvider.System, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        Add("a");

        await waiting;
        await _events.WaitAsync(0, TimeSpan.FromMinutes(5), TimeProvider.System, CancellationToken.None);
    }

    private void Add(params string[] nodeIds)
    {
        foreach (var nodeId in nodeIds)
        {
            _events.Add(new HealthEvent(nodeId, IsSuspect: true) { At = DateTimeOffset.UnixEpoch });
        }
    }

    private void AddRequest(string key, bool isFailure = false, double durationMs = 1) => _events.Add(new RequestEvent
    {
        At = DateTimeOffset.UnixEpoch, Verb = "get", Key = key, Status = "Found", IsFailure = isFailure, DurationMs = durationMs,
        Coordinator = "node-1", IsForwarded = false, Needed = 1, Replicas = 3, Answered = [], Siblings = 1, Calls = [],
    });

    private (string Names, long Next, long Dropped) ReadAll(long after)
    {
        var (events, next, dropped) = _events.Read(after, limit: 100);
        return (string.Join(' ', events.Select(happened => happened is RequestEvent request ? request.Key : ((HealthEvent)happened).NodeId)), next, dropped);
    }

    private (string NodeIds, long Next, long Dropped) Read(long after, int limit = 100)
    {
        var (events, next, dropped) = _events.Read(after, limit);
        Assert.Equal(events.Select(happened => happened.Sequence), Enumerable.Range(0, events.Count).Select(offset => next - events.Count + 1 + offset));
        return (string.Join(' ', events.Cast<HealthEvent>().Select(happened => happened.NodeId)), next, dropped);
    }
}
