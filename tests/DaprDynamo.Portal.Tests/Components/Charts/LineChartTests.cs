using Bunit;
using DaprDynamo.Portal.Components.Charts;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Charts;

public sealed class LineChartTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_says_in_words_what_it_draws_and_tells_lines_apart_by_more_than_colour()
    {
        var chart = RenderChart([new("get", [1, 2]), new("put", [null, 4])]);
        Assert.Equal("Requests, last 0 minutes. Now: get 2/s, put 4/s. Most: 4/s.", chart.Find(".plot > svg").GetAttribute("aria-label"));
        var marks = chart.FindAll("figcaption .line-mark");
        Assert.Equal(2, marks.Select(mark => mark.InnerHtml).Distinct().Count());
        Assert.Contains("get 2/s", string.Join(' ', chart.Find("figcaption li").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_is_shown_as_a_table_to_who_asks_for_it()
    {
        var chart = RenderChart([new("get", [1, 2]), new("put", [null, 4])]);
        chart.Find("button").Click();
        Assert.Equal(["2/s", "4/s", "1/s", "–"], chart.FindAll("td").Select(cell => cell.TextContent));
        Assert.Empty(chart.FindAll(".plot"));
    }

    [Fact]
    public void Without_values_it_says_so() =>
        Assert.Contains("Nothing to show yet", RenderChart([new("get", [null, null])]).Find(".nothing").TextContent, StringComparison.Ordinal);

    [Fact]
    public void It_is_drawn_anew_only_for_new_values()
    {
        ChartLine[] lines = [new("get", [1, 2])];
        var chart = RenderChart(lines);
        var drawn = chart.RenderCount;
        chart.Render(parameters => parameters.Add(it => it.Lines, lines));
        Assert.Equal(drawn, chart.RenderCount);
        chart.Render(parameters => parameters.Add(it => it.Lines, [new("get", [1, 3])]));
        Assert.Equal(drawn + 1, chart.RenderCount);
    }

    private IRenderedComponent<LineChart> RenderChart(ChartLine[] lines) => Render<LineChart>(parameters => parameters
        .Add(it => it.Title, "Requests")
        .Add(it => it.Unit, ChartUnit.PerSecond)
        .Add(it => it.Lines, lines)
        .Add(it => it.Times, [Start, Start.AddSeconds(5)]));
}
