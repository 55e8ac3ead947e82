using System.Net;
using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.Node;

/// <summary>A node that looks for its cluster in a catalog where not everything is what it says.</summary>
public class ConsulNodeTests
{
    [Fact]
    public async Task A_tagged_service_that_is_no_node_does_not_keep_a_cluster_from_being_formed()
    {
        await using var shop = await StartShopAsync();
        await using var node = NodeHost.Build(
            [],
            new Dictionary<string, string?>
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Dynamo:NodeId"] = "node-1",
                ["Dynamo:Storage"] = "Memory",
                ["Dynamo:Discovery"] = "Consul",
                ["Dynamo:AdvertisedAddress"] = "http://127.0.0.1:1",
                ["Dynamo:ConsulAddress"] = shop.Urls.First(),
                ["Dynamo:HeartbeatTimeoutMs"] = "20000",
            },
            defaults => defaults.ConsoleMinimumLevel = LogLevel.Error);
        await node.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(node.Urls.First()) };

        var last = "";
        await Poll.UntilAsync(
            async () =>
            {
                using var ready = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
                last = await ready.Content.ReadAsStringAsync();
                return ready.StatusCode == HttpStatusCode.OK;
            },
            () => last);
        await node.StopAsync();
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:0")]
    [InlineData("urls", "http://*:0")]
    [InlineData("urls", "http://[::]:0;http://127.0.0.1:0")]
    [InlineData("http_ports", "0")]
    public async Task A_node_that_listens_everywhere_does_not_start_before_it_is_told_what_address_to_register(string name, string value)
    {
        var error = new StringWriter();

        var exitCode = await HostRunner.RunAsync(
            () => NodeHost.Build([], new Dictionary<string, string?> { [name] = value, ["Dynamo:Storage"] = "Memory", ["Dynamo:Discovery"] = "Consul" }),
            NodeStartupFailure.Recognize,
            error);

        Assert.Equal(StartupFailure.ExitCodeBadOptions, exitCode);
        Assert.Contains("set Dynamo:AdvertisedAddress", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    /// <summary>A web shop that somebody has given the nodes' tag, and a Consul that lists it, in one.</summary>
    private static async Task<WebApplication> StartShopAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/v1/catalog/services", () => Results.Text("""{"shop":["daprdynamo"]}""", "application/json"));
        app.MapGet("/v1/health/service/shop", (HttpContext context) => Results.Text(
            $$"""[{"Node":{"Address":"127.0.0.1"},"Service":{"Address":"127.0.0.1","Port":{{context.Connection.LocalPort}},"Meta":{ } },"Checks":[{"Status":"passing"}]}]""", "application/json"));
        app.MapGet("/v1/kv/{**key}", () => Results.NotFound());
        app.MapPut("/v1/kv/{**key}", () => Results.Text("true", "application/json"));
        app.MapGet("/v1/agent/{**rest}", () => Results.NotFound());
        app.MapPut("/v1/agent/{**rest}", () => Results.Ok());
        await app.StartAsync();
        return app;
    }
}
