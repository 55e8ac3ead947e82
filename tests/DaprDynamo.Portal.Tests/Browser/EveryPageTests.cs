using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

[Collection(PortalFixture.Name)]
public sealed class EveryPageTests(PortalFixture portal)
{
    public static TheoryData<string, string> Pages => new()
    {
        { "/", "Ring" },
        { "/traces", "Traces" },
        { "/keys", "Keys" },
        { "/activity", "Activity" },
        { "/members", "Members" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task It_opens_without_a_word_of_complaint_from_the_browser(string path, string title)
    {
        await using var tab = await portal.OpenAsync(path);
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = title, Level = 1, Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Banner).GetByText("4 nodes, all well")).ToBeVisibleAsync();
        tab.AssertNoErrors();
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_first_and_every_page_after_it()
    {
        await using var tab = await portal.OpenAsync("/traces");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await tab.Page.GetByText("Skip to the content").FocusAsync();
        Assert.Equal("Skip to the content", await tab.Page.EvaluateAsync<string>("() => document.querySelector('a[href], button, input, select, [tabindex=\"0\"]').textContent"));
        await tab.Page.Keyboard.PressAsync("Tab");
        foreach (var page in new[] { "Ring", "Traces", "Keys", "Activity", "Members" })
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            await Assertions.Expect(tab.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = page, Exact = true })).ToBeFocusedAsync();
        }
    }

    [Fact]
    public async Task Light_and_dark_are_the_systems_until_the_user_chooses_and_then_stay()
    {
        await using var tab = await portal.OpenAsync("/");
        Assert.Equal("light", await AppearanceAsync(tab));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark" }).ClickAsync();
        Assert.Equal("dark", await AppearanceAsync(tab));
        await tab.GoToAsync("/members");
        Assert.Equal("dark", await AppearanceAsync(tab));
        tab.AssertNoErrors();
    }

    private static async Task<string> AppearanceAsync(Tab tab) => await tab.Page.EvaluateAsync<string>(
        "() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number); return r + g + b > 380 ? 'light' : 'dark'; }");
}
