using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

[Collection(PortalFixture.Name)]
public sealed class SignInTests(PortalFixture portal)
{
    [Fact]
    public async Task People_sign_in_with_the_token_and_out_again_and_who_may_only_look_finds_nothing_to_press()
    {
        Needs.Chromium();
        await using var guarded = await PortalProcess.StartAsync(
            portal.Cluster.Http, portal.Cluster.Nodes, "--Portal:Token=operators-secret", "--Portal:ViewerToken=viewers-secret");
        await using var tab = await portal.Browser.OpenAsync(guarded.Address);
        await tab.Page.GotoAsync("/members");
        await tab.ArrivesAtAsync(@"/sign-in\?returnUrl=%2Fmembers");
        await SignInAsync(tab, "guess");
        await Assertions.Expect(tab.Page.GetByText("That is not the token.")).ToBeVisibleAsync();
        await SignInAsync(tab, "viewers-secret");
        await tab.ArrivesAtAsync("/members");
        await Assertions.Expect(tab.Page.GetByText("look only")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "node-1" }).First).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add a node" })).Not.ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await tab.ArrivesAtAsync("/sign-in");
        await SignInAsync(tab, "operators-secret");
        await tab.ArrivesAtAsync("/");
        await tab.GoToAsync("/members");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add a node" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_signs_out_in_one_tab_can_do_nothing_more_in_another()
    {
        Needs.Chromium();
        await using var guarded = await PortalProcess.StartAsync(portal.Cluster.Http, portal.Cluster.Nodes, "--Portal:Token=operators-secret");
        await using var tab = await portal.Browser.OpenAsync(guarded.Address);
        await tab.Page.GotoAsync("/sign-in");
        await SignInAsync(tab, "operators-secret");
        await tab.ArrivesAtAsync("/");
        await tab.GoToAsync("/members");
        var other = await tab.Page.Context.NewPageAsync();
        await other.GotoAsync("/members");
        var add = other.GetByRole(AriaRole.Button, new() { Name = "Add a node" });
        await Assertions.Expect(add).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await tab.ArrivesAtAsync("/sign-in");

        await Assertions.Expect(add).Not.ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_read_only_portal_has_nothing_to_press()
    {
        Needs.Chromium();
        await using var readOnly = await PortalProcess.StartAsync(portal.Cluster.Http, portal.Cluster.Nodes, "--read-only");
        await using var tab = await portal.Browser.OpenAsync(readOnly.Address);
        await tab.GoToAsync("/keys?key=anything");
        await Assertions.Expect(tab.Page.GetByText("The key has no value.")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByText("look only")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create" })).Not.ToBeVisibleAsync();
        tab.AssertNoErrors();
    }

    private static async Task SignInAsync(Tab tab, string token)
    {
        await tab.Page.GetByLabel("Token", new() { Exact = true }).FillAsync(token);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
