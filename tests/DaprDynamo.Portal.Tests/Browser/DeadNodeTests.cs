using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>What an operator does about a node that does not come back. The cluster is another one: the shared one stays whole.</summary>
[Collection(PortalFixture.Name)]
public sealed class DeadNodeTests(PortalFixture shared)
{
    [Fact]
    public async Task A_killed_node_shows_on_the_members_page_its_replacement_is_planned_and_it_is_taken_out_by_typing_its_name()
    {
        Needs.Chromium();
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions { Nodes = 4, Storage = "memory", MoreArguments = [NodeClusterOptions.PatientRequests] });
        await using var portal = await PortalProcess.StartAsync(cluster.Http, cluster.Nodes);
        await using var tab = await shared.Browser.OpenAsync(portal.Address);
        await tab.GoToAsync("/members");
        var row = tab.Page.Locator(".member").Filter(new() { Has = tab.Page.GetByRole(AriaRole.Rowheader, new() { Name = "node-4" }) });
        await Assertions.Expect(row).ToContainTextAsync("ready");
        await cluster.Node("node-4").KillAsync();
        await Assertions.Expect(row).ToContainTextAsync("silent");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Banner).GetByText("1 node is silent")).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Replace node-4" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        var typed = tab.Page.GetByLabel("Id", new() { Exact = true });
        await typed.FillAsync("node-4");
        await tab.Page.Locator(".change").GetByRole(AriaRole.Button, new() { Name = "Replace node-4" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Command")).ToContainTextAsync("--Dynamo:NodeId=node-5 --Dynamo:Replaces=node-4");
        await Assertions.Expect(tab.Page.GetByText("node-5 takes the place of node-4", new() { Exact = true })).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Take node-4 out" }).ClickAsync();
        var confirm = tab.Page.Locator(".change").GetByRole(AriaRole.Button, new() { Name = "Take node-4 out" });
        await Assertions.Expect(confirm).ToBeDisabledAsync();
        await typed.FillAsync("node-4");
        await confirm.ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("taken out", new() { Timeout = 90_000 });
        await Assertions.Expect(tab.Page.GetByText("node-4 is taken out", new() { Exact = true })).ToBeVisibleAsync();
        tab.AssertNoErrors();
    }
}
