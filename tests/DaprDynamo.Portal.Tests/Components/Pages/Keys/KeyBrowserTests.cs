using Bunit;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Components.Pages.Keys;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Keys;

public sealed class KeyBrowserTests : NodesContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public KeyBrowserTests() => SetRendererInfo(new RendererInfo("Server", isInteractive: true));

    [Fact]
    public void An_answer_that_comes_late_does_not_take_the_place_of_the_list_asked_for_since()
    {
        var late = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Nodes.Answer = request => request.RequestUri!.Query.Contains("prefix=a&", StringComparison.Ordinal) ? late.Task : Task.FromResult(Page("b1"));
        var browser = Render<KeyBrowser>(parameters => parameters.Add(it => it.Prefix, "a"));
        browser.Render(parameters => parameters.Add(it => it.Prefix, "b"));
        browser.WaitForAssertion(() => Assert.Equal(["b1"], Keys(browser)), Patience);
        late.SetResult(Page("a1"));
        // What comes after the late answer comes after it was dealt with.
        Press(browser, "Refresh");
        browser.WaitForAssertion(() => Assert.Equal(3, Nodes.Asked.Count), Patience);
        browser.WaitForAssertion(() => Assert.Equal(["b1"], Keys(browser)), Patience);
    }

    [Fact]
    public void When_no_node_could_be_asked_it_can_be_tried_again()
    {
        Cluster.Change(_ => ClusterSnapshot.Empty);
        Nodes.Answer = static _ => Task.FromResult(Page("cart"));
        var browser = Render<KeyBrowser>();
        Assert.Equal("No node can be asked.", browser.Find("[role=alert]").TextContent);
        Cluster.Change(_ => Clusters.Of(3));
        Press(browser, "Try again");
        browser.WaitForAssertion(() => Assert.Equal(["cart"], Keys(browser)), Patience);
        Assert.Empty(browser.FindAll("[role=alert]"));
    }

    [Fact]
    public void Listing_the_same_prefix_lists_it_anew()
    {
        var key = "one";
        Nodes.Answer = _ => Task.FromResult(Page(key));
        var browser = Render<KeyBrowser>();
        browser.WaitForAssertion(() => Assert.Equal(["one"], Keys(browser)), Patience);
        key = "two";
        browser.Find("form").Submit();
        browser.WaitForAssertion(() => Assert.Equal(["two"], Keys(browser)), Patience);
    }

    [Fact]
    public void A_second_click_on_next_before_the_answer_turns_one_page_only()
    {
        var next = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Nodes.Answer = request => request.RequestUri!.Query.Contains("after=&", StringComparison.Ordinal) ? Task.FromResult(Page("one", "cursor")) : next.Task;
        var browser = Render<KeyBrowser>();
        browser.WaitForAssertion(() => Assert.Equal(["one"], Keys(browser)), Patience);
        var button = browser.FindComponents<Radzen.Blazor.RadzenButton>().Single(found => found.Instance.Text == "Next");
        for (var clicks = 0; clicks < 2; clicks++)
        {
            // Past the button's own guard: the browser may send a click before it knows that the button is disabled.
            _ = browser.InvokeAsync(() => button.Instance.Click.InvokeAsync(new Microsoft.AspNetCore.Components.Web.MouseEventArgs()));
        }

        next.SetResult(Page("two"));
        browser.WaitForAssertion(() => Assert.Equal(["two"], Keys(browser)), Patience);
        Assert.Equal(2, Nodes.Asked.Count);
        Press(browser, "Back");
        browser.WaitForAssertion(() => Assert.Equal(["one"], Keys(browser)), Patience);
        browser.WaitForAssertion(() => Assert.True(browser.FindAll("button").Single(found => found.TextContent.Trim() == "Back").HasAttribute("disabled")), Patience);
    }

    private static HttpResponseMessage Page(string key, string? next = null) => FakeNodes.Json(new KeysResponse
    {
        Keys = [new ListedKeyResponse(key, 1, 10, DateTimeOffset.UnixEpoch)], Next = next, MissingPartitions = [],
    });

    private static IEnumerable<string> Keys(IRenderedComponent<KeyBrowser> browser) => browser.FindAll("td.key").Select(key => key.TextContent);

    private static void Press(IRenderedComponent<KeyBrowser> browser, string text) => browser.WaitForAssertion(
        () => browser.FindAll("button:not([disabled])").Single(button => button.TextContent.Trim() == text).Click(), Patience);
}
