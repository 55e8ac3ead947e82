using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

[Collection(PortalFixture.Name)]
public sealed class RingPageTests(PortalFixture portal)
{
    [Fact]
    public async Task Pointing_at_the_ring_tells_who_keeps_the_partition()
    {
        await using var tab = await portal.OpenAsync("/");
        var ring = tab.Page.GetByRole(AriaRole.Slider);
        await Assertions.Expect(ring).ToBeVisibleAsync();
        var box = (await ring.BoundingBoxAsync())!;
        await Poll.UntilAsync(
            async () =>
            {
                // A quarter of the way round, on the outer band.
                await tab.Page.Mouse.MoveAsync(box.X + (box.Width * 0.91f), box.Y + (box.Height / 2) - 2);
                await tab.Page.Mouse.MoveAsync(box.X + (box.Width * 0.915f), box.Y + (box.Height / 2) + 2);
                return await tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Partition 64 of 256" }).CountAsync() == 1;
            },
            TimeSpan.FromSeconds(30),
            () => "The partition is not told.");
        await Assertions.Expect(tab.Page.GetByText("40000000… to 40ffffff…")).ToBeVisibleAsync();
        tab.AssertNoErrors();
    }

    [Fact]
    public async Task The_arrow_keys_go_round_it()
    {
        await using var tab = await portal.OpenAsync("/");
        await tab.Page.GetByRole(AriaRole.Slider).FocusAsync();
        await Poll.UntilAsync(
            async () =>
            {
                await tab.Page.Keyboard.PressAsync("Home");
                return await tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Partition 0 of 256" }).CountAsync() == 1;
            },
            TimeSpan.FromSeconds(30),
            () => "The first partition is not told.");
        await tab.Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Partition 255 of 256" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_key_is_found_on_it_and_the_address_can_be_shared()
    {
        await using var tab = await portal.OpenAsync("/?key=cart");
        await Assertions.Expect(tab.Page.GetByText("54013ba69c196820…")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Partition 84 of 256" })).ToBeVisibleAsync();
        var key = tab.Page.GetByLabel("Key", new() { Exact = true });
        await key.FillAsync("a/b ü");
        // Not by the button: news of a node may move it away under the pointer.
        await key.PressAsync("Enter");
        await tab.ArrivesAtAsync(@"/\?key=a%2Fb%20%C3%BC");
        await Assertions.Expect(tab.Page.GetByText("54013ba69c196820…")).Not.ToBeVisibleAsync();
        tab.AssertNoErrors();
    }

    [Fact]
    public async Task A_node_that_is_killed_shows_on_it_and_comes_back_by_itself()
    {
        await using var tab = await portal.OpenAsync("/");
        var node = portal.Cluster.Node("node-4");
        var row = tab.Page.GetByRole(AriaRole.Row, new() { Name = "node-4" });
        await Assertions.Expect(row.GetByText("ready")).ToBeVisibleAsync();
        await node.KillAsync();
        try
        {
            await Assertions.Expect(row.GetByText("silent")).ToBeVisibleAsync();
            await Assertions.Expect(tab.Page.Locator("g.disc[data-tone=bad] title")).ToContainTextAsync("node-4: silent");
            await Assertions.Expect(tab.Page.GetByRole(AriaRole.Banner).GetByText("1 node is silent")).ToBeVisibleAsync();
        }
        finally
        {
            await node.StartAgainAsync();
        }

        await Assertions.Expect(row.GetByText("ready")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Banner).GetByText("4 nodes, all well")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        tab.AssertNoErrors();
    }
}
