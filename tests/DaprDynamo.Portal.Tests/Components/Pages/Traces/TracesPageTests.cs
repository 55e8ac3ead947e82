using Bunit;
using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Components.Pages.Traces;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Traces;

public sealed class TracesPageTests : BunitContext
{
    private readonly TraceLog _traces = new();
    private readonly LiveCluster _cluster = new();

    public TracesPageTests()
    {
        Services.AddSingleton(_traces);
        Services.AddSingleton(_cluster);
        Services.AddSingleton(TimeProvider.System);
    }

    [Fact]
    public void Without_requests_it_tells_how_to_send_one()
    {
        var page = Render<TracesPage>();
        Assert.Contains("curl http://localhost:5081/v1/cart", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public void Each_request_is_a_row_that_leads_to_its_trace()
    {
        var hint = SomeRequests.Call("node-4", "Hint", 0, 1) with { ServesId = "node-3" };
        Send("node-1", SomeRequests.Put(12, hint) with { Status = "QuorumNotReached", IsFailure = true, Answered = ["node-1"] });
        var page = Render<TracesPage>();
        var row = page.Find("tbody tr:has(a)");
        Assert.Equal("traces/" + SomeRequests.TraceId, row.QuerySelector("a")!.GetAttribute("href"));
        foreach (var told in new[] { "put", "Cart/7", "Quorum not reached", "12 ms", "node-1", "1 of 3", "hint" })
        {
            Assert.Contains(told, row.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_filter_is_taken_from_the_address_and_goes_back_into_it()
    {
        Send("node-1", SomeRequests.Put(1), SomeRequests.Put(2) with { Key = "other", TraceId = "b" });
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/traces?key=OTHER");
        var page = Render<TracesPage>();
        Assert.Equal(["other"], Keys(page));
        Assert.Contains("1 of the latest 2 requests", page.Find(".count").TextContent, StringComparison.Ordinal);

        page.Find("input[type=number]").Input("5");
        Assert.Contains("None of the requests", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("/traces?key=OTHER&minMs=5", navigation.Uri, StringComparison.Ordinal);

        page.Find(".filters button").Click();
        Assert.Equal(["other", "Cart/7"], Keys(page).Order(StringComparer.Ordinal).Reverse());
        Assert.EndsWith("/traces", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void While_paused_the_list_stands_still_and_says_how_many_have_come()
    {
        Send("node-1", SomeRequests.Put(1));
        var page = Render<TracesPage>();
        page.Find(".pause").Click();
        Send("node-1", SomeRequests.Put(1) with { Key = "later", TraceId = "b" });
        page.WaitForAssertion(() => Assert.Contains("1 new since", page.Find(".came").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Equal(["Cart/7"], Keys(page));

        page.Find(".pause").Click();
        page.WaitForAssertion(() => Assert.Equal(2, Keys(page).Count()), TimeSpan.FromSeconds(20));
        Assert.Empty(page.FindAll(".came"));
    }

    [Fact]
    public void It_holds_still_while_somebody_points_at_it()
    {
        Send("node-1", SomeRequests.Put(1));
        var page = Render<TracesPage>();
        page.Find(".list").MouseEnter();
        Send("node-1", SomeRequests.Put(1) with { Key = "later", TraceId = "b" });
        page.WaitForAssertion(() => Assert.Contains("1 new since", page.Find(".came").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        page.Find(".list").MouseLeave();
        page.WaitForAssertion(() => Assert.Equal(2, Keys(page).Count()), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void It_does_not_stand_still_for_a_pointer_on_a_list_that_is_gone()
    {
        Send("node-1", SomeRequests.Put(1));
        var page = Render<TracesPage>();
        page.Find(".list").MouseEnter();
        page.Find(".list").FocusIn();
        page.Find("input[type=number]").Input("5");
        page.WaitForAssertion(() => Assert.Contains("None of the requests", page.Find(".empty").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Send("node-1", SomeRequests.Put(9) with { Key = "later", TraceId = "b" });
        page.WaitForAssertion(() => Assert.Equal(["later"], Keys(page)), TimeSpan.FromSeconds(20));
        Assert.Empty(page.FindAll(".came"));
    }

    [Fact]
    public void A_pointer_that_leaves_does_not_let_go_what_the_keyboard_holds()
    {
        Send("node-1", SomeRequests.Put(1));
        var page = Render<TracesPage>();
        page.Find(".list").MouseEnter();
        page.Find(".list").FocusIn();
        page.Find(".list").MouseLeave();
        Send("node-1", SomeRequests.Put(1) with { Key = "later", TraceId = "b" });
        page.WaitForAssertion(() => Assert.Contains("1 new since", page.Find(".came").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        page.Find(".list").FocusOut();
        page.WaitForAssertion(() => Assert.Equal(2, Keys(page).Count()), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void What_is_missing_is_said_plainly()
    {
        var node = new NodeSnapshot(new NodeAddress("node-1", new Uri("http://node-1")), FeedState.Live, DateTimeOffset.UnixEpoch) { SampledOut = 1200, EventsDropped = 1 };
        _cluster.Change(snapshot => snapshot with { Nodes = snapshot.Nodes.Add("node-1", node).Add("node-2", node with { EventsDropped = 0 }) });
        var missing = Render<TracesPage>().Find(".missing").TextContent;
        Assert.Contains("2,400 requests not traced", missing, StringComparison.Ordinal);
        Assert.Contains("1 event missed", missing, StringComparison.Ordinal);
    }

    private void Send(string nodeId, params RequestEvent[] requests) => _traces.Add(nodeId, requests);

    private static IEnumerable<string> Keys(IRenderedComponent<TracesPage> page) => page.FindAll("tbody .key").Select(key => key.TextContent);
}
