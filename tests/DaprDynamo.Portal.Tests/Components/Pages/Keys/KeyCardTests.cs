using System.Net;
using Bunit;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Portal.Components.Pages.Keys;
using DaprDynamo.Portal.Keys;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Keys;

public sealed class KeyCardTests : NodesContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<HttpResponseMessage> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReadable = true;

    public KeyCardTests()
    {
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        Nodes.Answer = request => request switch
        {
            _ when request.Method == HttpMethod.Put => _written.Task,
            { RequestUri.AbsolutePath: "/admin/ring" } => Task.FromResult(FakeNodes.Json(Clusters.Of(3).Ring!)),
            { RequestUri.AbsolutePath: "/admin/replica" } => throw new HttpRequestException("Nobody is there."),
            _ when _isReadable => Task.FromResult(FakeNodes.Json(new { value = new object[] { new { a = 1 } }, clock = "c1" })),
            _ => Task.FromResult(FakeNodes.Json(new { detail = "Too few replicas answered." }, HttpStatusCode.GatewayTimeout)),
        };
    }

    [Fact]
    public async Task A_write_that_cannot_be_read_again_is_done_all_the_same()
    {
        var card = RenderCard();
        Save(card);
        _isReadable = false;
        _written.SetResult(FakeNodes.Json(new { message = "ok", clock = "c2" }));
        card.WaitForAssertion(() => Assert.StartsWith("It cannot be read again at present: ", card.Find(".error").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("Saved.", card.Find("[role=status]").TextContent.Trim());
        // With the old clock nobody may write on: it would be a sibling.
        Assert.Empty(card.FindAll("article"));
        Assert.Equal(["operator: put key cart: done"], await AuditedAsync());
    }

    [Fact]
    public async Task A_write_that_ends_after_the_page_was_left_is_written_down()
    {
        var card = RenderCard();
        Save(card);
        await DisposeComponentsAsync();
        _written.SetResult(FakeNodes.Json(new { message = "ok", clock = "c2" }));
        await Poll.UntilAsync(async () => (await AuditedAsync()).Any(), Patience, () => "Nothing was written down.");
        Assert.Equal(["operator: put key cart: done"], await AuditedAsync());
    }

    [Fact]
    public void The_first_answer_to_the_browser_waits_for_no_node()
    {
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));
        Assert.Contains("Reading.", RenderCard(waits: false).Markup, StringComparison.Ordinal);
        Assert.Empty(Nodes.Asked);
    }

    [Fact]
    public void A_key_is_read_anew_when_it_is_looked_up_again_with_another_number_of_replicas()
    {
        Navigate("/keys?key=cart");
        var page = Render<KeysPage>();
        page.WaitForElement("article", Patience);
        page.Find(".lookup select").Change("3");
        page.Find(".lookup").Submit();
        page.WaitForAssertion(() => Assert.Contains("GET /v1/cart?quorum=3", Nodes.Asked), Patience);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Only_who_may_change_things_may_repair(bool mayChange, int buttons)
    {
        User.MayChange = mayChange;
        var table = Render<ReplicaTable>(parameters => parameters
            .Add(it => it.Key, "cart").Add(it => it.Replicas, [new ComparedReplica("node-1", 0, null, ReplicaStanding.Behind)]));
        Assert.Equal(buttons, table.FindAll("button").Count);
    }

    private void Navigate(string path) => Services.GetRequiredService<NavigationManager>().NavigateTo(path);

    private IRenderedComponent<KeyCard> RenderCard(bool waits = true)
    {
        var card = Render<KeyCard>(parameters => parameters.Add(it => it.Key, "cart"));
        if (waits)
        {
            card.WaitForElement("article", Patience);
        }

        return card;
    }

    private static void Save(IRenderedComponent<KeyCard> card)
    {
        card.WaitForAssertion(() => Press(card, "Edit"), Patience);
        card.Find("textarea").Change("[2]");
        Press(card, "Save");
    }

    private static void Press(IRenderedComponent<KeyCard> card, string text) => card.FindAll("button").Single(button => button.TextContent.Trim() == text).Click();
}
