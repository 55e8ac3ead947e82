using Bunit;
using DaprDynamo.Portal.Components.Charts;
using DaprDynamo.Portal.Components.Pages.Activity;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Activity;

public sealed class ActivityPageTests : BunitContext
{
    private readonly ActivityLog _activity = new();

    public ActivityPageTests()
    {
        Services.AddSingleton(_activity);
        Services.AddSingleton(TimeProvider.System);
    }

    [Fact]
    public void Without_figures_it_says_so()
    {
        var page = Render<ActivityPage>();
        Assert.Contains("No node has told its figures yet", page.Find(".empty").TextContent, StringComparison.Ordinal);
        page.Find("#log-id");
    }

    [Fact]
    public void It_shows_the_cluster_and_what_each_node_did()
    {
        Tell();
        var page = Render<ActivityPage>();
        Assert.Equal(9, page.FindAll(".chart").Count);
        Assert.Contains(page.FindAll(".figures div"), figure => figure.TextContent == "Reads with siblings8");
        Assert.Equal(["node-1", "node-2"], page.FindAll("tbody a").Select(link => link.TextContent));
        var all = page.Find("tfoot tr").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["all", "38", "2", "40", "2", "ms", "8", "ms", "8", "ms"], all);
        Assert.Contains("failures=1", page.Find(".tile a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_are_counted_over_all_steps_and_nodes_and_told_by_verb()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var nodeId in new[] { "node-1", "node-2" })
        {
            for (var told = 0; told <= 60; told++)
            {
                _activity.Add(nodeId, SomeStats.Of(100 + (2 * told), told, (2, 10 * told)), now.AddSeconds(2 * (told - 60)));
            }
        }

        var page = Render<ActivityPage>();
        Assert.StartsWith("120", page.Find(".tile[data-tone=bad] dd").TextContent, StringComparison.Ordinal);
        var failures = page.FindComponents<LineChart>().Single(chart => chart.Instance.Title == "Failures").Instance.Lines;
        Assert.Equal(["get", "create", "put", "delete"], failures.Select(line => line.Name));
        Assert.Contains(failures[0].Values, value => value > 0);
        Assert.DoesNotContain(failures.Skip(1).SelectMany(line => line.Values), value => value > 0);
    }

    [Fact]
    public void One_node_can_be_picked_and_the_address_says_which()
    {
        Tell();
        var page = Render<ActivityPage>();
        page.Find(".picker select").Change("node-2");
        Assert.EndsWith("?node=node-2", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal("20", page.FindAll("tfoot td")[2].TextContent));
        Assert.DoesNotContain("By node", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_is_looked_for_in_the_traces_or_the_logs()
    {
        var page = Render<ActivityPage>();
        page.Find("#log-id").Input("order-17");
        Assert.Equal("CorrelationId = 'order-17'", page.Find("pre").TextContent);
        Assert.True(page.Find(".logs button").HasAttribute("disabled"));

        page.Find("#log-id").Input(SomeRequests.TraceId.ToUpperInvariant());
        page.Find(".logs form").Submit();
        Assert.EndsWith("/traces/" + SomeRequests.TraceId, Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private void Tell()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var nodeId in new[] { "node-1", "node-2" })
        {
            _activity.Add(nodeId, SomeStats.Of(100), now.AddSeconds(-2));
            _activity.Add(nodeId, SomeStats.Of(102, 1, (2, 15), (8, 5)), now);
        }
    }
}
