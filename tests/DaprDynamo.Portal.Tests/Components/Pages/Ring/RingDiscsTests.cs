using DaprDynamo.Portal.Components.Pages.Ring;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Ring;

public sealed class RingDiscsTests
{
    [Fact]
    public void Discs_follow_the_numbers_of_the_nodes_not_their_letters()
    {
        var discs = RingDiscs.Of(["node-10", "node-2", "node-1"]).Places;
        Assert.Equal(["node-1", "node-2", "node-10"], discs.OrderBy(disc => Math.Atan2(disc.Value.X - 360, 360 - disc.Value.Y) is var angle && angle < -1e-9 ? angle + 7 : angle).Select(disc => disc.Key));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(100)]
    public void No_disc_nor_what_is_drawn_around_it_is_over_another_or_over_the_bands(int nodes)
    {
        var discs = RingDiscs.Of([.. Enumerable.Range(1, nodes).Select(number => $"node-{number}")]);
        var places = discs.Places.Values.ToList();
        var reach = discs.Radius + 7;
        Assert.Equal(nodes, places.Count);
        Assert.All(places, place => Assert.True(Apart(place, new RingPoint(360, 360)) + reach < 246));
        Assert.All(places.Index(), one => Assert.All(places.Take(one.Index), other => Assert.True(Apart(one.Item, other) > 2 * reach)));
    }

    [Fact]
    public void Names_on_the_discs_of_64_nodes_are_readable_on_a_small_screen()
    {
        // A window of 390 pixels shows the picture at about half its size.
        const double Scale = 0.48;
        Assert.True(RingDiscs.Of([.. Enumerable.Range(1, 64).Select(number => $"node-{number}")]).Radius * 1.1 * Scale >= 8.5);
    }

    private static double Apart(RingPoint one, RingPoint other) => Math.Sqrt(Math.Pow(one.X - other.X, 2) + Math.Pow(one.Y - other.Y, 2));
}
