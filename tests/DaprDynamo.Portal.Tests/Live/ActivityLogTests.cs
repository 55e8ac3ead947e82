using DaprDynamo.Portal.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class ActivityLogTests
{
    // The begin of a step.
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly ActivityLog _log = new();

    [Fact]
    public void Rates_are_differences_over_the_time_between_two_figures()
    {
        _log.Add("node-1", SomeStats.Of(100, 0, (1, 50)), Start);
        _log.Add("node-1", SomeStats.Of(102, 0, (1, 60)), Start.AddSeconds(2));
        _log.Add("node-1", SomeStats.Of(104, 1, (1, 60), (8, 10)), Start.AddSeconds(4));
        var step = _log.Read(null, Start.AddSeconds(4)).Steps[^1];
        Assert.Equal(Start, step.At);
        Assert.Equal(5, step.PerSecond(done => done.Requests));
        Assert.Equal(1, step.Sum(done => done.Failures));
        Assert.Equal(8, step.Latencies.PercentileMs(0.99));
        Assert.Equal(6, step.Held(gauges => gauges.HintsPending));
    }

    [Fact]
    public void Of_a_node_that_ran_before_the_portal_did_only_its_sum_is_known_at_first()
    {
        _log.Add("node-1", SomeStats.Of(3600, 0, (1, 50)), Start);
        var window = _log.Read(null, Start);
        Assert.All(window.Steps, step => Assert.Null(step.PerSecond(done => done.Requests)));
        Assert.Equal(50, window.SinceStart.Requests);
        Assert.Equal(ActivityLog.StepsMax, window.Steps.Count);
    }

    [Fact]
    public void A_node_that_was_started_anew_counts_from_nothing()
    {
        _log.Add("node-1", SomeStats.Of(3600, 0, (1, 5000)), Start);
        _log.Add("node-1", SomeStats.Of(2, 0, (1, 6)), Start.AddSeconds(4));
        var window = _log.Read(null, Start.AddSeconds(4));
        Assert.Equal(3, window.Steps[^1].PerSecond(done => done.Requests));
        Assert.Equal(6, window.SinceStart.Requests);
    }

    [Fact]
    public void What_happened_while_a_node_was_silent_has_no_place_in_time()
    {
        _log.Add("node-1", SomeStats.Of(100, 0, (1, 50)), Start);
        _log.Add("node-1", SomeStats.Of(160, 0, (1, 9050)), Start.AddSeconds(60));
        _log.Add("node-1", SomeStats.Of(162, 0, (1, 9060)), Start.AddSeconds(62));
        var window = _log.Read(null, Start.AddSeconds(62));
        Assert.Equal([5.0], window.Steps.Select(step => step.PerSecond(done => done.Requests)).OfType<double>());
        Assert.Equal(9060, window.SinceStart.Requests);
    }

    [Fact]
    public void A_node_that_has_told_nothing_of_late_is_silent_and_holds_nothing()
    {
        _log.Add("node-1", SomeStats.Of(100), Start);
        _log.Add("node-2", SomeStats.Of(100), Start.AddSeconds(30));
        var window = _log.Read(null, Start.AddSeconds(31));
        Assert.Equal([true, false], window.Nodes.Select(node => node.IsSilent));
        Assert.Equal(10, window.Gauges?.LiveKeys);
        Assert.Null(_log.Read("node-1", Start.AddSeconds(31)).Gauges);
    }

    [Fact]
    public void The_cluster_is_the_sum_of_its_nodes_and_one_of_them_may_be_asked_for()
    {
        foreach (var (nodeId, ms) in new[] { ("node-1", 1.0), ("node-2", 64.0) })
        {
            _log.Add(nodeId, SomeStats.Of(100), Start);
            _log.Add(nodeId, SomeStats.Of(102, 0, (ms, 20)), Start.AddSeconds(2));
        }

        var all = _log.Read(null, Start.AddSeconds(2));
        Assert.Equal(20, all.Steps[^1].PerSecond(done => done.Requests));
        Assert.Equal((1, 64), (all.SinceStart.Latencies.PercentileMs(0.5), all.SinceStart.Latencies.PercentileMs(0.95)));
        Assert.Equal(20, all.Gauges?.LiveKeys);
        Assert.Equal(6, all.SinceStart.Repairs["read"]);

        var one = _log.Read("node-1", Start.AddSeconds(2));
        Assert.Equal(10, one.Steps[^1].PerSecond(done => done.Requests));
        Assert.Equal("node-1", Assert.Single(one.Nodes).NodeId);
    }

    [Fact]
    public void Only_the_last_quarter_of_an_hour_is_kept_and_who_is_gone_for_so_long_is_forgotten()
    {
        _log.Add("node-gone", SomeStats.Of(100), Start);
        for (var second = 0; second <= 3600; second += 2)
        {
            _log.Add("node-1", SomeStats.Of(1000 + second, 0, (1, second)), Start.AddSeconds(second));
        }

        var now = Start.AddSeconds(3600);
        var window = _log.Read(null, now);
        Assert.Equal(ActivityLog.StepsMax, window.Steps.Count(step => step.Nodes.Count > 0));
        Assert.Equal("node-1", Assert.Single(window.Nodes).NodeId);
        Assert.All(window.Steps, step => Assert.Equal(1, step.PerSecond(done => done.Requests)));

        // An hour later all of it is too old.
        Assert.All(_log.Read(null, now.AddHours(1)).Steps, step => Assert.Empty(step.Nodes));
    }

    [Fact]
    public void Figures_that_say_nothing_new_are_not_worth_drawing_until_the_next_step()
    {
        _log.Add("node-1", SomeStats.Of(100), Start);
        _log.Add("node-1", SomeStats.Of(101), Start.AddSeconds(1));
        var drawn = _log.Version;
        _log.Add("node-1", SomeStats.Of(102), Start.AddSeconds(2));
        Assert.Equal(drawn, _log.Version);
        _log.Add("node-1", SomeStats.Of(103, 0, (1, 1)), Start.AddSeconds(3));
        Assert.NotEqual(drawn, drawn = _log.Version);
        _log.Add("node-1", SomeStats.Of(105, 0, (1, 1)), Start.AddSeconds(5));
        Assert.NotEqual(drawn, _log.Version);
    }

    [Fact]
    public void Many_may_write_and_read_at_once()
    {
        Parallel.For(0, 8, node =>
        {
            for (var second = 0; second < 200; second++)
            {
                _log.Add($"node-{node}", SomeStats.Of(100 + second, 0, (1, second)), Start.AddSeconds(second));
                Assert.Equal(ActivityLog.StepsMax, _log.Read(null, Start.AddSeconds(second)).Steps.Count);
            }
        });
        Assert.Equal(8 * 199, _log.Read(null, Start.AddSeconds(200)).SinceStart.Requests);
    }
}
