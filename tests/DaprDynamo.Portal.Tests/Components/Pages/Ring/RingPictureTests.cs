using Bunit;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Components.Pages.Ring;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.AspNetCore.Components.Web;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Ring;

public sealed class RingPictureTests : BunitContext
{
    public RingPictureTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Every_node_has_a_disc_and_its_part_of_every_band(int nodes)
    {
        var picture = Draw(Clusters.Of(nodes, 256));
        Assert.Equal(nodes, picture.FindAll("g.disc").Count);
        Assert.Equal(nodes == 1 ? 1 : 3 * 256, picture.FindAll("path.arc").Count);
    }

    [Fact]
    public void A_node_that_does_not_answer_is_struck_out_and_its_arcs_are_hatched()
    {
        var cluster = Clusters.Of(4).With("node-2", node => node with { Feed = FeedState.Lost });
        var picture = Draw(cluster);
        Assert.Equal("node-2: silent, keeps 1.00 × the mean", picture.Find("g.disc[data-tone=bad] title").TextContent);
        Assert.Single(picture.FindAll("path.struck"));
        Assert.Equal(12, picture.FindAll("path.away").Count);
    }

    [Fact]
    public void How_much_a_node_keeps_is_drawn_around_it_against_the_mean_and_told_in_words()
    {
        // Four nodes keep 7, 6, 6 and 6 of 25 partitions.
        var picture = Draw(Clusters.Of(4, partitions: 25, replicas: 1));
        Assert.Equal(["56 100", "48 100", "48 100", "48 100"], picture.FindAll("circle.load").Select(load => load.GetAttribute("stroke-dasharray")));
        Assert.Equal("node-1: ready, keeps 1.12 × the mean", picture.Find("g.disc title").TextContent);
        Assert.Equal(4, picture.FindAll("path.load-mean").Count);
    }

    [Fact]
    public void In_a_crowd_arcs_are_told_apart_by_texture_too()
    {
        Assert.Empty(Draw(Clusters.Of(5, 256)).FindAll("path.texture"));
        Assert.Equal(3 * 64, Draw(Clusters.Of(64, 256)).FindAll("path.texture").Count);
    }

    [Fact]
    public void A_joining_node_shows_how_far_it_is()
    {
        var cluster = Clusters.Of(4).With("node-4", member => member with { State = "Pending", Phase = "Copying", Transfer = new TransferResponse(3, 4, 30, 40, 1, 1) });
        Assert.Equal("75 100", Draw(cluster).Find("circle.progress").GetAttribute("stroke-dasharray"));
    }

    [Fact]
    public void Hints_are_lines_from_who_keeps_them_to_whom_they_are_for()
    {
        var view = RingView.Of(Clusters.Of(4))! with { Hints = [new RingHint("node-1", "node-3", 1200)] };
        var picture = Draw(view);
        Assert.Single(picture.FindAll("path.hint"));
        Assert.Equal("1k", picture.Find("text.hint-text").TextContent);
        Assert.Contains(picture.FindAll("title"), title => title.TextContent == "node-1 keeps 1200 for node-3");
    }

    [Theory]
    [InlineData("ArrowRight", 5, 6)]
    [InlineData("ArrowLeft", 0, 15)]
    [InlineData("PageUp", 15, 0)]
    [InlineData("Home", 7, 0)]
    [InlineData("End", 7, 15)]
    public void The_keyboard_moves_from_partition_to_partition(string key, int from, int to)
    {
        int? chosen = null;
        var view = RingView.Of(Clusters.Of(3))!;
        var picture = Render<RingPicture>(parameters => parameters
            .Add(ring => ring.View, view).Add(ring => ring.Geometry, new RingGeometry(16)).Add(ring => ring.Partition, from).Add(ring => ring.PartitionChanged, partition => chosen = partition));
        picture.Find("svg").KeyDown(new KeyboardEventArgs { Key = key });
        Assert.Equal(to, chosen);
    }

    [Fact]
    public void The_chosen_partition_is_told_to_screen_readers()
    {
        var view = RingView.Of(Clusters.Of(3))!;
        var picture = Render<RingPicture>(parameters => parameters.Add(ring => ring.View, view).Add(ring => ring.Geometry, new RingGeometry(16)).Add(ring => ring.Partition, 1));
        Assert.Equal("Partition 1: node-2, then node-3, then node-1", picture.Find("svg").GetAttribute("aria-valuetext"));
    }

    private IRenderedComponent<RingPicture> Draw(ClusterSnapshot cluster) => Draw(RingView.Of(cluster)!);

    private IRenderedComponent<RingPicture> Draw(RingView view) =>
        Render<RingPicture>(parameters => parameters.Add(ring => ring.View, view).Add(ring => ring.Geometry, new RingGeometry(view.Ring.Partitions)));
}
