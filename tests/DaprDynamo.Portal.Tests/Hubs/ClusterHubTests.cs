using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Portal.Tests.Browser;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Hubs;

[Collection(PortalFixture.Name)]
public sealed class ClusterHubTests(PortalFixture portal)
{
    private static readonly string Package = Path.Combine(Programs.RepositoryRoot, "tests", "DaprDynamo.Portal.Tests", "node_modules", "@microsoft", "signalr");

    [Fact]
    public async Task Any_SignalR_client_sees_the_ring_and_requests_as_they_happen()
    {
        Needs.NpmPackage("@microsoft/signalr", Package);
        Needs.Chromium();
        await using var tab = await portal.Browser.OpenAsync(portal.Portal.Address, letsScriptsIn: true);
        await tab.Page.GotoAsync("/healthz/live");
        await tab.Page.AddScriptTagAsync(new PageAddScriptTagOptions { Path = Path.Combine(Package, "dist", "browser", "signalr.min.js") });
        await tab.Page.EvaluateAsync("""
            async () => {
                window.seen = { rings: [], traces: [], activity: [] };
                const hub = new signalR.HubConnectionBuilder().withUrl("/hubs/cluster").build();
                hub.on("RingChanged", message => seen.rings.push(message));
                hub.on("TracesAdded", messages => seen.traces.push(...messages));
                hub.on("ActivityTold", message => seen.activity.push(message));
                await hub.start();
                for (const group of ["ring", "traces", "activity"]) {
                    await hub.invoke("Watch", group);
                }
                window.refusal = await hub.invoke("Watch", "nothing").then(() => "", error => error.message);
            }
            """);
        Assert.Contains("There is no group 'nothing'", await tab.Page.EvaluateAsync<string>("() => refusal"), StringComparison.Ordinal);
        var key = $"hub-{Guid.NewGuid():N}";
        await portal.CreateAsync(key, 1);
        await tab.Page.WaitForFunctionAsync("() => seen.rings.some(message => message.ring?.partitions === 256 && message.nodes.length === 4)");
        await tab.Page.WaitForFunctionAsync("() => seen.activity.some(message => message.nodes.length === 4)");
        await tab.Page.WaitForFunctionAsync($"() => seen.traces.some(message => message.request.key === '{key}' && message.request.status === 'Created')");
    }
}
