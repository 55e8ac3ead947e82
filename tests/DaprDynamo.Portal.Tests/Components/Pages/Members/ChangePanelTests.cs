using Bunit;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Components.Pages.Members;
using DaprDynamo.Portal.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Members;

public sealed class ChangePanelTests : NodesContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public ChangePanelTests() => Nodes.Answer = static request => Task.FromResult(request.Method == HttpMethod.Get
        ? FakeNodes.Json(new PlanResponse
        {
            Change = "As planned.", DigestBefore = "a", DigestAfter = "b", MovedReplicas = 3, UnavoidableReplicas = 3, MovedSizeBytes = 1,
            BalanceBefore = new RingBalanceResponse(1, 1), BalanceAfter = new RingBalanceResponse(1, 1), Members = [], PreferenceListsAfter = [],
        })
        : FakeNodes.Json(new ChangeResponse("It is out.")));

    [Fact]
    public async Task A_replacement_is_planned_confirmed_by_typing_and_written_down_and_then_the_command_shows()
    {
        var panel = RenderPanel(new RingChange(RingChangeKind.Replace, "node-2"));
        panel.Find(".ask").Submit();
        panel.WaitForElement(".plan-words", Patience);
        Assert.Empty(panel.FindAll(".command"));
        panel.Find(".grave input").Input("node-3");
        Assert.True(Button(panel, "Replace node-2").HasAttribute("disabled"));
        panel.Find(".grave input").Input("node-2");
        Button(panel, "Replace node-2").Click();
        panel.WaitForElement(".command", Patience);
        Assert.Contains("--Dynamo:NodeId=node-4 --Dynamo:Replaces=node-2", panel.Find(".command").TextContent, StringComparison.Ordinal);
        Assert.Equal(["operator: node-4 takes the place of node-2: confirmed, to be started by hand"], await AuditedAsync());
        Assert.All(Nodes.Asked, asked => Assert.StartsWith("GET ", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_member_is_taken_out_only_when_its_id_is_typed()
    {
        var panel = RenderPanel(new RingChange(RingChangeKind.Remove, "node-2"));
        panel.WaitForElement(".grave", Patience);
        Assert.True(Button(panel, "Take node-2 out").HasAttribute("disabled"));
        panel.Find(".grave input").Input("node-2");
        Button(panel, "Take node-2 out").Click();
        panel.WaitForAssertion(() => Assert.Contains("It is out.", panel.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("POST /admin/members/node-2/remove", Nodes.Asked);
        Assert.Equal(["operator: node-2 is taken out: begun"], await AuditedAsync());
    }

    [Fact]
    public async Task The_list_of_who_did_what_names_the_node_that_was_started_not_the_one_that_was_planned()
    {
        Services.AddSingleton<INodeStarter>(new Starter());
        var panel = RenderPanel(new RingChange(RingChangeKind.Join, ""));
        panel.Find(".ask").Submit();
        panel.WaitForElement(".plan-words", Patience);
        Button(panel, "Start node-4").Click();
        panel.WaitForAssertion(() => Assert.Contains("node-5 is started", panel.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(["operator: node-5 joins: begun"], await AuditedAsync());
    }

    [Fact]
    public async Task A_plan_that_comes_after_the_panel_was_closed_is_dropped()
    {
        var plan = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Nodes.Answer = _ => plan.Task;
        RenderPanel(new RingChange(RingChangeKind.Leave, "node-2"));
        await DisposeComponentsAsync();
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    private IRenderedComponent<ChangePanel> RenderPanel(RingChange change) => Render<ChangePanel>(parameters => parameters.Add(it => it.Change, change));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ChangePanel> panel, string text) => panel.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private sealed class Starter : INodeStarter
    {
        public string NextId => "node-4";

        public Task<string> StartAsync(string? zone, CancellationToken cancellationToken) => Task.FromResult("node-5");
    }
}
