using System.Diagnostics;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Tests.Cluster;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public class TraceSamplingTests
{
    private readonly ManualTime _time = new();
    private int _traces;

    [Theory]
    [InlineData(5000, 5000)]
    [InlineData(5000, 20_000)]
    public void Nodes_under_load_keep_the_same_requests_and_the_busier_one_no_others(int here, int there)
    {
        var (calm, busy) = (new TraceSampling(_time, 200), new TraceSampling(_time, 200));
        for (var second = 0; second < 2; second++)
        {
            Run(calm, here);
            Run(busy, there);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        List<ActivityTraceId> shared = [.. Enumerable.Range(0, 1000).Select(_ => NextTraceId())];
        var keptCalm = shared.Where(calm.Keeps).ToHashSet();
        var keptBusy = shared.Where(busy.Keeps).ToHashSet();

        Assert.NotEmpty(keptBusy);
        Assert.Subset(keptCalm, keptBusy);
        if (here == there)
        {
            Assert.Equal(keptCalm, keptBusy);
        }
    }

    [Fact]
    public void The_share_follows_the_rate_down_and_up_again()
    {
        var sampling = new TraceSampling(_time, 200);
        Assert.Equal(150, Run(sampling, 150));
        Assert.InRange(Run(sampling, 10_000), 200, 1000);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(Run(sampling, 10_000), 50, 400);
        _time.Advance(TimeSpan.FromSeconds(1));
        Run(sampling, 100);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(150, Run(sampling, 150));
    }

    [Fact]
    public void One_trace_id_for_everything_is_bounded_too()
    {
        var sampling = new TraceSampling(_time, 200);
        var traceId = Enumerable.Range(0, 10_000).Select(_ => NextTraceId()).First(id =>
        {
            var busy = new TraceSampling(_time, 1);
            return Enumerable.Range(0, 5).All(_ => busy.Keeps(id));
        });
        Assert.InRange(Enumerable.Range(0, 5000).Count(_ => sampling.Keeps(traceId)), 1, 1000);
    }

    private int Run(TraceSampling sampling, int requests) => Enumerable.Range(0, requests).Count(_ => sampling.Keeps(NextTraceId()));

    /// <summary>Ids that are counted up, as some clients make them.</summary>
    private ActivityTraceId NextTraceId() => ActivityTraceId.CreateFromString($"{++_traces:x32}");
}
