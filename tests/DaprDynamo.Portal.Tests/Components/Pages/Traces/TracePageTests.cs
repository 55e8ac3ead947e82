using Bunit;
using DaprDynamo.Portal.Components.Pages.Traces;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Traces;

public sealed class TracePageTests : BunitContext
{
    private readonly TraceLog _traces = new(capacity: 2);

    public TracePageTests()
    {
        Services.AddSingleton(_traces);
        Services.AddSingleton(TimeProvider.System);
    }

    [Fact]
    public void A_request_is_told_with_every_call_its_outcome_and_what_it_means()
    {
        foreach (var part in SomeRequests.Forwarded().Parts)
        {
            _traces.Add(part.NodeId, [part.Request]);
        }

        var page = RenderPage(SomeRequests.TraceId);
        Assert.Equal("keys?key=Cart%2F7", page.Find(".title a").GetAttribute("href"));
        var rows = page.FindAll("tbody tr").Select(row => string.Join(' ', row.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal(
            [
                "node-9 is asked 0 ms 10 ms Written",
                "passed on to node-1 0 ms 1 ms unreachable",
                "passed on to node-2 2 ms 8 ms answered",
                "node-2 coordinates 4 ms 4 ms Written",
                "write to node-3 5 ms 2 ms answered",
            ],
            rows);
        Assert.Contains("quorum reached, 7 ms", page.Find("thead").TextContent, StringComparison.Ordinal);
        Assert.Contains("Clocks of nodes differ", page.Find(".notes").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Passed on", "Write"], page.FindAll(".meanings dt").Select(name => name.TextContent));
        Assert.Contains($"@TraceId = '{SomeRequests.TraceId}'", page.Find("pre").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_unknown_id_it_says_where_else_to_look()
    {
        var page = RenderPage("my-own-id");
        Assert.Contains("5,000", page.Find(".card").TextContent, StringComparison.Ordinal);
        Assert.Contains("no W3C trace id", page.Find(".card").TextContent, StringComparison.Ordinal);
        Assert.Equal("CorrelationId = 'my-own-id'", page.Find("pre").TextContent);
    }

    [Fact]
    public void A_request_that_comes_later_shows_by_itself_and_stays_when_the_log_has_forgotten_it()
    {
        var page = RenderPage(SomeRequests.TraceId);
        _traces.Add("node-1", [SomeRequests.Put(1)]);
        page.WaitForAssertion(() => page.Find(".waterfall"), TimeSpan.FromSeconds(20));
        _traces.Add("node-1", [.. Enumerable.Range(1, 2).Select(later => SomeRequests.Put(1) with { TraceId = "b", At = SomeRequests.Start.AddSeconds(later) })]);
        Assert.Empty(_traces.Find(SomeRequests.TraceId));
        page.Render();
        page.Find(".waterfall");
    }

    [Fact]
    public void Of_very_many_requests_under_one_id_the_latest_are_drawn_and_all_are_counted()
    {
        var log = new TraceLog();
        Services.AddSingleton(log);
        log.Add("node-1", [.. Enumerable.Range(0, 200).Select(later => SomeRequests.Put(1) with { Key = $"key-{later}", At = SomeRequests.Start.AddSeconds(later) })]);
        var page = RenderPage(SomeRequests.TraceId);
        Assert.Equal(50, page.FindAll(".waterfall").Count);
        Assert.Equal("key-199", page.FindAll(".title a")[^1].TextContent);
        Assert.Contains("200 requests came", page.Markup, StringComparison.Ordinal);
        Assert.Contains("The latest 50 are shown", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Very_late_calls_are_cut_off_at_first_and_shown_on_demand()
    {
        _traces.Add("node-1", [SomeRequests.Put(2, SomeRequests.Call("node-3", "Write", 0, 1000, "NoAnswer"))]);
        var page = RenderPage(SomeRequests.TraceId);
        Assert.Contains("beyond the right edge", page.Find(".zoom").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll(".stretch[data-open]"));
        page.FindAll(".zoom button")[1].Click();
        Assert.Empty(page.FindAll(".stretch[data-open]"));
    }

    private IRenderedComponent<TracePage> RenderPage(string traceId) => Render<TracePage>(parameters => parameters.Add(page => page.TraceId, traceId));
}
