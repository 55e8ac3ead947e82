using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>What everybody must be able to read and to reach, by day and by night, on wide screens and on small ones.</summary>
[Collection(PortalFixture.Name)]
public sealed class ContrastTests(PortalFixture portal)
{
    [Theory]
    [MemberData(nameof(EveryPageTests.Pages), MemberType = typeof(EveryPageTests))]
    public Task A_page_is_readable(string path, string title) => InEveryLightAsync(portal.Portal.Address, async tab =>
    {
        await tab.GoToAsync(path);
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = title, Level = 1, Exact = true })).ToBeVisibleAsync();
    });

    [Fact]
    public Task A_ring_with_one_nodes_part_picked_out_is_readable() => InEveryLightAsync(portal.Portal.Address, async tab =>
    {
        await tab.GoToAsync("/");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "node-2" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("g.disc.dim").First).ToBeVisibleAsync();
    });

    [Fact]
    public async Task A_trace_is_readable()
    {
        Needs.Chromium();
        var traceId = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(portal.Cluster.Nodes[0].Address, "/v1/read-in-a-trace"));
        request.Headers.Add("traceparent", $"00-{traceId}-00f067aa0ba902b7-01");
        using var answer = await portal.Cluster.Http.SendAsync(request);
        await InEveryLightAsync(portal.Portal.Address, async tab =>
        {
            await tab.GoToAsync($"/traces/{traceId}");
            await Assertions.Expect(tab.Page.Locator(".waterfall")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_key_with_siblings_is_readable_with_its_editor_open()
    {
        Needs.Chromium();
        var key = $"siblings-{Guid.NewGuid():N}";
        await portal.MakeSiblingsAsync(key);
        await InEveryLightAsync(portal.Portal.Address, async tab =>
        {
            await tab.GoToAsync($"/keys?key={key}");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Merge" }).ClickAsync();
            await Assertions.Expect(tab.Page.GetByLabel("Value, as JSON")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public Task A_planned_change_is_readable() => InEveryLightAsync(portal.Portal.Address, async tab =>
    {
        await tab.GoToAsync("/members");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add a node" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Command")).ToBeVisibleAsync();
    });

    [Fact]
    public async Task Signing_in_and_what_is_wrong_with_it_is_readable()
    {
        Needs.Chromium();
        await using var guarded = await PortalProcess.StartAsync(portal.Cluster.Http, portal.Cluster.Nodes, "--Portal:Token=operators-secret");
        await InEveryLightAsync(guarded.Address, async tab =>
        {
            await tab.Page.GotoAsync("/sign-in");
            await tab.Page.GetByLabel("Token", new() { Exact = true }).FillAsync("guess");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).Not.ToBeEmptyAsync();
        });
    }

    private async Task InEveryLightAsync(Uri address, Func<Tab, Task> open)
    {
        Needs.Chromium();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var (width, height) in new[] { (1440, 900), (390, 844) })
            {
                await using var tab = await portal.Browser.OpenAsync(address, scheme, width, height);
                await open(tab);
                var faint = await tab.Page.EvaluateAsync<string[]>(Scripts.FaintText);
                Assert.True(faint.Length == 0, $"{scheme} {width}: {string.Join('\n', faint)}");
                var unnamed = await tab.Page.EvaluateAsync<string[]>(Scripts.UnnamedControls);
                Assert.True(unnamed.Length == 0, $"{scheme} {width}: {string.Join('\n', unnamed)}");
                Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{width}: the page is wider than the window.");
            }
        }
    }
}
