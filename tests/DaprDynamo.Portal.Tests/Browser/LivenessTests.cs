using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>Pages show what happens while it happens, and go on where they were after a break.</summary>
[Collection(PortalFixture.Name)]
public sealed class LivenessTests(PortalFixture portal)
{
    // How long after a write's own time, as its row tells it, the row was in the page. Both are this machine's clock.
    private const string ShownAfterMs = """
        key => new Promise(shown => {
            const look = () => {
                const row = [...document.querySelectorAll("tr")].find(row => row.textContent.includes(key));
                if (!row) return false;
                const [hours, minutes, seconds] = row.querySelector(".time").textContent.trim().split(":").map(Number);
                const at = new Date();
                at.setHours(hours, minutes, 0, seconds * 1000);
                shown(Date.now() - at.getTime());
                return true;
            };
            const watch = new MutationObserver(() => { if (look()) watch.disconnect(); });
            watch.observe(document.body, { childList: true, subtree: true, characterData: true });
            if (look()) watch.disconnect();
        })
        """;

    [Fact]
    public async Task A_write_by_curl_is_in_the_traces_within_a_second()
    {
        await using var tab = await portal.OpenAsync("/traces");
        var delaysMs = new List<double>();

        // A machine that tests something else beside this pauses now and then, and then all come late. A page that asks
        // every few seconds would also be in time by chance, but not four times in a row.
        while (delaysMs.Count < 4 || delaysMs[^4..].Exists(delayMs => delayMs > 1000))
        {
            Assert.True(delaysMs.Count < 20, $"Writes were shown after {string.Join(", ", delaysMs)} ms.");
            var key = $"seen-{Guid.NewGuid():N}";
            var shown = tab.Page.EvaluateAsync<double>(ShownAfterMs, key);
            await portal.CreateAsync(key, 1);
            delaysMs.Add(await shown);
        }

        tab.AssertNoErrors();
    }

    [Fact]
    public async Task After_a_dropped_connection_the_page_is_as_the_user_left_it_and_goes_on()
    {
        Needs.Chromium();
        await using var tab = await portal.Browser.OpenAsync(portal.Portal.Address);
        var connections = new List<IWebSocketRoute>();
        await tab.Page.RouteWebSocketAsync("**/_blazor*", route =>
        {
            route.ConnectToServer();
            lock (connections)
            {
                connections.Add(route);
            }
        });
        await tab.GoToAsync("/traces");
        var before = $"before-{Guid.NewGuid():N}";
        await tab.Page.GetByLabel("Key contains").FillAsync(before[^12..]);
        await portal.CreateAsync(before, 1);
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = before })).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();

        // A page that was loaded anew would not know this.
        await tab.Page.EvaluateAsync("() => { window.isStillTheSame = true; }");
        await connections[^1].CloseAsync(new() { Code = 3001, Reason = "The cable was pulled." });
        await Poll.UntilAsync(() => Task.FromResult(connections.Count > 1), TimeSpan.FromSeconds(60), () => "It does not connect again.");

        await portal.CreateAsync($"after-{before}", 1);
        await Assertions.Expect(tab.Page.GetByText("1 new since")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(tab.Page.Locator("#components-reconnect-modal")).Not.ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Key contains")).ToHaveValueAsync(before[^12..]);
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.isStillTheSame === true"));
    }
}
