using DaprDynamo.Portal.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class LiveClusterTests
{
    [Fact]
    public void Without_news_the_snapshot_is_a_new_one_and_the_version_stays()
    {
        var cluster = new LiveCluster();
        cluster.Change(_ => Clusters.Of(1));
        var (before, version) = (cluster.Current, cluster.Version);
        cluster.Change(snapshot => snapshot with { }, (_, _) => false);
        Assert.NotSame(before, cluster.Current);
        Assert.Equal(version, cluster.Version);
        cluster.Change(snapshot => snapshot with { }, (_, _) => true);
        Assert.Equal(version + 1, cluster.Version);
    }

    [Fact]
    public void A_node_on_which_nothing_happens_looks_the_same_however_long_it_is_up()
    {
        var node = Clusters.Of(1).Nodes["node-1"] with { Stats = SomeStats.Of(10) };
        var later = node with { Stats = SomeStats.Of(12) };
        Assert.True(later.LooksLike(node));
        Assert.False((later with { Stats = later.Stats! with { Store = later.Stats.Store with { LiveKeys = 11 } } }).LooksLike(node));
        Assert.False((later with { Stats = later.Stats! with { Hints = later.Stats.Hints with { Pending = new Dictionary<string, long>() } } }).LooksLike(node));
        Assert.False((later with { Feed = FeedState.Lost }).LooksLike(node));
        Assert.False((later with { Stats = null }).LooksLike(node));
    }
}
