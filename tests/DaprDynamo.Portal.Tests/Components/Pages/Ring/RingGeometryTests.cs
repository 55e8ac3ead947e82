using DaprDynamo.Portal.Components.Pages.Ring;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Ring;

public sealed class RingGeometryTests
{
    [Theory]
    [InlineData(0, 360, 260)]
    [InlineData(2, 460, 360)]
    [InlineData(4, 360, 460)]
    [InlineData(6, 260, 360)]
    public void Partitions_go_round_clockwise_from_the_top(int partition, double x, double y)
    {
        var point = RingGeometry.At(new RingGeometry(8).AngleOf(partition), 100);
        Assert.Equal(x, point.X, 6);
        Assert.Equal(y, point.Y, 6);
    }

    [Fact]
    public void Neighbouring_partitions_of_one_keeper_are_one_arc()
    {
        IReadOnlyList<IReadOnlyList<string>> lists = [["a", "b"], ["a", "c"], ["b", "a"], ["a", "b"]];
        Assert.Equal([new RingArc(0, 2, "a"), new RingArc(2, 1, "b"), new RingArc(3, 1, "a")], RingGeometry.ArcsOf(lists, 0));
        Assert.Equal([new RingArc(0, 1, "b"), new RingArc(1, 1, "c"), new RingArc(2, 1, "a"), new RingArc(3, 1, "b")], RingGeometry.ArcsOf(lists, 1));
    }

    [Fact]
    public void The_arcs_of_a_place_cover_every_partition_that_has_it_once()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var lists = Enumerable.Range(0, 1 << random.Next(0, 8))
                .Select(_ => (IReadOnlyList<string>)[.. Enumerable.Range(1, random.Next(0, 4)).Select(_ => $"node-{random.Next(1, 4)}")]).ToList();
            var place = random.Next(0, 3);
            var covered = RingGeometry.ArcsOf(lists, place).SelectMany(arc => Enumerable.Range(arc.First, arc.Count).Select(partition => (partition, arc.NodeId)));
            Assert.Equal(lists.Index().Where(list => list.Item.Count > place).Select(list => (list.Index, list.Item[place])), covered);
        }
    }

    [Fact]
    public void A_ring_of_one_arc_is_drawn_all_the_same()
    {
        var band = new RingGeometry(256).Band(new RingArc(0, 256, "a"), 100, 200);
        Assert.StartsWith("M360 160A200 200 0 1 1 ", band, StringComparison.Ordinal);
        Assert.DoesNotContain("A200 200 0 1 1 360 160L", band, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, 0, "0000000000000000", "00ffffffffffffff")]
    [InlineData(256, 255, "ff00000000000000", "ffffffffffffffff")]
    [InlineData(1024, 1, "0040000000000000", "007fffffffffffff")]
    [InlineData(1, 0, "0000000000000000", "ffffffffffffffff")]
    public void A_partition_names_its_hashes(int partitions, int partition, string first, string last) =>
        Assert.Equal((first, last), new RingGeometry(partitions).HashesOf(partition));
}
