using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>The one-command start, with its portal.</summary>
[Collection(PortalFixture.Name)]
public sealed class LocalClusterTests(PortalFixture portal)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_join_and_then_a_leave_are_planned_confirmed_and_watched_to_their_ends()
    {
        Needs.Chromium();
        using var folder = new TempFolder();
        var port = LoopbackPorts.FreeRange(8);
        await using var cluster = ChildProcess.Start("local cluster", "DaprDynamo.LocalCluster.dll", ["--nodes", "3", "--ephemeral", "--port", $"{port}"], folder.Path);
        await Poll.UntilAsync(() => Task.FromResult(cluster.Output.Contains("The cluster is ready")), ReadyLimit, () => cluster.Output.ToString());
        Assert.Contains($"The portal: http://127.0.0.1:{port}", cluster.Output.ToString(), StringComparison.Ordinal);

        await using var tab = await portal.Browser.OpenAsync(new Uri($"http://127.0.0.1:{port}"));
        await tab.GoToAsync("/members");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add a node" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Id of the new node")).ToHaveValueAsync("node-4");
        await tab.Page.GetByLabel("Zone").FillAsync("b");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("Replicas to copy")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start node-4" }).ClickAsync();
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "node-4" });
        await Assertions.Expect(row.Filter(new() { HasText = "ready" }).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(tab.Page.GetByText("node-4 joins in zone b", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Banner).GetByText("4 nodes, all well")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Plan a leave of node-4" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("Replicas to copy")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Let node-4 leave" }).ClickAsync();
        await Assertions.Expect(row.Filter(new() { HasText = "has left" }).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(tab.Page.GetByText("node-4 leaves", new() { Exact = true })).ToBeVisibleAsync();
        tab.AssertNoErrors();
    }
}
