using DaprDynamo.Portal.Components.Pages.Ring;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Ring;

public sealed class NodePaletteTests
{
    [Fact]
    public void The_first_eight_nodes_have_hues_that_lie_well_apart()
    {
        var hues = Enumerable.Range(1, 8).Select(number => NodePalette.HueDegreesOf($"node-{number}")).ToList();
        foreach (var (index, hue) in hues.Index())
        {
            Assert.All(hues.Where((_, other) => other != index), other =>
            {
                var apart = Math.Abs(hue - other);
                Assert.True(Math.Min(apart, 360 - apart) > 20, $"{hue} and {other} are too near.");
            });
        }
    }

    [Fact]
    public void Of_64_nodes_those_with_hues_next_to_each_other_have_different_textures()
    {
        var nodes = Enumerable.Range(1, 64).Select(number => $"node-{number}").OrderBy(NodePalette.HueDegreesOf).ToList();
        Assert.All(nodes.Zip(nodes.Skip(1).Append(nodes[0])), pair => Assert.NotEqual(NodePalette.TextureOf(pair.First), NodePalette.TextureOf(pair.Second)));
    }

    [Theory]
    [InlineData("node-12", "12")]
    [InlineData("alpha", "al")]
    [InlineData("x", "x")]
    [InlineData("cache-20251", "ca")]
    public void Short_names_are_numbers_or_first_letters(string nodeId, string shortName) => Assert.Equal(shortName, NodePalette.ShortNameOf(nodeId));

    [Fact]
    public void Names_without_numbers_have_hues_that_stay()
    {
        Assert.Equal(NodePalette.HueDegreesOf("alpha"), NodePalette.HueDegreesOf("alpha"));
        Assert.NotEqual(NodePalette.HueDegreesOf("alpha"), NodePalette.HueDegreesOf("beta"));
    }
}
