using DaprDynamo.Portal.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class LatencyDistributionTests
{
    [Fact]
    public void Of_nothing_there_is_no_percentile()
    {
        Assert.Null(LatencyDistribution.Empty.PercentileMs(0.99));
        Assert.Null(LatencyDistribution.Of([(1, 0)]).PercentileMs(0.5));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 90)]
    [InlineData(3, 1000)]
    [InlineData(4, 3)]
    public void Percentiles_of_merged_distributions_are_those_of_all_durations_together(int seed, int count)
    {
        var random = new Random(seed);
        var durations = Enumerable.Range(0, count).Select(_ => (double)random.Next(1, 50)).ToList();
        var parts = durations.Chunk(17).Select(chunk => LatencyDistribution.Of(chunk.Select(ms => (ms, 1L))));
        var merged = LatencyDistribution.Sum(parts);
        durations.Sort();
        Assert.Equal(count, merged.Count);
        foreach (var share in new[] { 0, 0.01, 0.5, 0.95, 0.99, 1 })
        {
            Assert.Equal(durations[Math.Max(0, (int)Math.Ceiling(count * share) - 1)], merged.PercentileMs(share));
        }
    }

    [Fact]
    public void The_difference_of_two_counts_is_what_came_in_between()
    {
        var earlier = LatencyDistribution.Of([(1, 10), (4, 2)]);
        var later = LatencyDistribution.Of([(1, 10), (4, 3), (8, 1)]);
        var between = later.Since(earlier);
        Assert.Equal(2, between.Count);
        Assert.Equal(4, between.PercentileMs(0.5));
        Assert.Equal(8, between.PercentileMs(1));
    }
}
