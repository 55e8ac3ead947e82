using DaprDynamo.Portal.Components.Charts;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Charts;

public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(0, new[] { 0.0, 1 })]
    [InlineData(1, new[] { 0, 0.5, 1 })]
    [InlineData(4, new[] { 0.0, 1, 2, 3, 4 })]
    [InlineData(37, new[] { 0.0, 10, 20, 30, 40 })]
    [InlineData(0.03, new[] { 0, 0.01, 0.02, 0.03 })]
    [InlineData(8100, new[] { 0.0, 5000, 10000 })]
    public void An_axis_ends_at_a_round_number_and_has_round_numbers_between(double largest, double[] ticks) =>
        Assert.Equal(ticks, ChartScale.FromZero(largest).Ticks.Select(tick => Math.Round(tick, 6)));

    [Fact]
    public void What_is_counted_has_no_halves() => Assert.Equal([0, 1, 2], ChartScale.FromZero(2, stepMin: 1).Ticks);

    [Fact]
    public void Bytes_are_round_in_powers_of_two() =>
        Assert.Equal([0, 65536, 131072, 196608, 262144], ChartScale.FromZero(200_000, isBinary: true).Ticks);

    [Fact]
    public void An_axis_may_end_where_the_values_do()
    {
        var scale = ChartScale.Exactly(6.3, 5);
        Assert.Equal([0, 2, 4, 6], scale.Ticks);
        Assert.Equal(1, scale.ShareOf(6.3));
        Assert.Equal(1, scale.ShareOf(double.MaxValue));
    }

    [Fact]
    public void A_logarithmic_axis_gives_each_factor_of_ten_the_same_room()
    {
        var scale = ChartScale.Logarithmic(0.3, 40);
        Assert.Equal([0.1, 1, 10, 100], scale.Ticks);
        Assert.Equal([0, 0.333, 0.667, 1], scale.Ticks.Select(tick => Math.Round(scale.ShareOf(tick), 3)));
        Assert.Equal(0, scale.ShareOf(0));
        Assert.Equal([1, 10], ChartScale.Logarithmic(1, 1).Ticks);
    }

    [Fact]
    public void A_line_is_broken_where_nothing_is_known()
    {
        var scale = ChartScale.FromZero(4);
        Assert.Equal("M0 1000L250 500M750 0L1000 0", new ChartLine("a", [0, 2, null, 4, 4]).PathOf(scale));
        Assert.Equal("M499 0L500 0", new ChartLine("a", [null, 4, null]).PathOf(scale));
        Assert.Equal("M0 1000L0 0L1000 500L1000 1000Z", new ChartLine("a", [4, 2]).AreaOf(scale));
        Assert.Equal("", new ChartLine("a", []).PathOf(scale));
    }

    [Theory]
    [InlineData(ChartUnit.Milliseconds, 0.456, "0.46 ms")]
    [InlineData(ChartUnit.Milliseconds, 1234.0, "1,234 ms")]
    [InlineData(ChartUnit.Milliseconds, 12345.0, "12.3 s")]
    [InlineData(ChartUnit.Bytes, 0.0, "0 B")]
    [InlineData(ChartUnit.Bytes, 1536.0, "1.5 KiB")]
    [InlineData(ChartUnit.PerSecond, 12.34, "12.3/s")]
    [InlineData(ChartUnit.Count, 1234567.0, "1,234.6 k")]
    [InlineData(ChartUnit.Count, null, "–")]
    public void Values_are_written_as_people_read_them(ChartUnit unit, double? value, string text) => Assert.Equal(text, unit.Format(value));
}
