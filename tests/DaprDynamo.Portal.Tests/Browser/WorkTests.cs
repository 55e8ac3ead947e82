using System.Net.Http.Json;
using System.Text.Json;
using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>What people do with the portal, from the first click to the last.</summary>
[Collection(PortalFixture.Name)]
public sealed class WorkTests(PortalFixture portal)
{
    [Fact]
    public async Task A_write_by_curl_shows_in_the_traces_and_opens_as_a_waterfall()
    {
        await using var tab = await portal.OpenAsync("/traces");
        var key = $"traced-{Guid.NewGuid():N}";
        await portal.CreateAsync(key, 1);
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = key });
        await Assertions.Expect(row).ToBeVisibleAsync();
        await Assertions.Expect(row).ToContainTextAsync("Created");

        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await tab.ArrivesAtAsync("/traces/[^/]+");
        await Assertions.Expect(tab.Page.GetByText(key).First).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Table).First).ToContainTextAsync("node-");

        // The address is the link to share.
        await using var other = await portal.Browser.OpenAsync(portal.Portal.Address);
        await other.GoToAsync(new Uri(tab.Page.Url).AbsolutePath);
        await Assertions.Expect(other.Page.GetByText(key).First).ToBeVisibleAsync();
        tab.AssertNoErrors();
    }

    [Fact]
    public async Task A_conflict_made_by_curl_is_merged_in_the_browser()
    {
        Needs.Chromium();
        var key = $"cart-{Guid.NewGuid():N}";
        await portal.MakeSiblingsAsync(key);
        Assert.Equal(2, (await ReadAsync(key)).GetProperty("value").GetArrayLength());

        await using var tab = await portal.OpenAsync($"/keys?key={key}");
        await Assertions.Expect(tab.Page.GetByText("2 values were written at the same time")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Merge" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Save in place of all" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("Saved.", new() { Exact = true })).ToBeVisibleAsync();

        var resolved = await ReadAsync(key);
        Assert.Equal(["""{"items":["milk","bread","eggs"]}"""], resolved.GetProperty("value").EnumerateArray().Select(value => value.GetRawText()));
        tab.AssertNoErrors();
    }

    [Fact]
    public async Task A_key_is_created_edited_and_deleted_and_the_list_of_who_did_what_tells()
    {
        await using var tab = await portal.OpenAsync("/keys");
        var key = $"made/ü {Guid.NewGuid():N}";
        await tab.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var editor = tab.Page.GetByLabel("Value, as JSON");
        await editor.FillAsync("{ \"a\": }");
        await Assertions.Expect(tab.Page.GetByText("This is no JSON yet: line 1, column 8.")).ToBeVisibleAsync();
        await editor.FillAsync("{ \"a\": 1 }");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("Saved.", new() { Exact = true })).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await editor.FillAsync("[2]");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("2");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("The key has no value.")).ToBeVisibleAsync();

        await tab.GoToAsync("/members");
        foreach (var verb in new[] { "create", "put", "delete" })
        {
            await Assertions.Expect(tab.Page.GetByText($"{verb} key {key}")).ToBeVisibleAsync();
        }

        tab.AssertNoErrors();
    }

    private Uri AddressOf(string key) => new(portal.Cluster.Nodes[1].Address, $"/v1/{key}?quorum=3");

    private async Task<JsonElement> ReadAsync(string key) => await portal.Cluster.Http.GetFromJsonAsync<JsonElement>(AddressOf(key));
}
