using System.Net;
using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;
using DaprDynamo.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace DaprDynamo.Tests.Node;

/// <summary>What is different in a node that runs beside a Dapr sidecar.</summary>
public class DaprNodeTests
{
    [Theory]
    [InlineData("Dynamo:NodeId=node-1;APP_ID=node-2", "APP_ID is 'node-2'")]
    [InlineData("Dynamo:NodeId=node-1;DAPR_APP_ID=node-2", "DAPR_APP_ID is 'node-2'")]
    [InlineData("APP_ID=node-1;DAPR_APP_ID=node-2", "DAPR_APP_ID is 'node-2'")]
    [InlineData("APP_ID=Node_1", "'Node_1' is not 1 to 63 lower-case letters, digits and inner hyphens")]
    [InlineData("APP_ID=12", "IP address")]
    [InlineData("APP_ID=node-1;DAPR_HTTP_PORT=many", "DAPR_HTTP_PORT is 'many'")]
    [InlineData("APP_ID=node-1;Dynamo:Seeds:0=http://a:1", "no app id")]
    [InlineData("APP_ID=node-1;Dynamo:AdvertisedAddress=http://a:1", "called by its app id")]
    [InlineData("APP_ID=node-1;Dynamo:Discovery=Consul;CONSUL_HTTP_ADDR=::", "CONSUL_HTTP_ADDR is '::'")]
    [InlineData("APP_ID=node-1;Dynamo:Discovery=Consul;Dynamo:Seeds:0=node-1", "of no use")]
    public async Task A_node_that_cannot_be_what_its_sidecar_says_does_not_start(string settings, string expected)
    {
        var error = new StringWriter();

        var exitCode = await HostRunner.RunAsync(() => Build(settings), NodeStartupFailure.Recognize, error);

        Assert.Equal(StartupFailure.ExitCodeBadOptions, exitCode);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Dapr_tells_a_node_who_it_is_and_where_to_listen()
    {
        await using var node = Build("APP_ID=node-7;APP_PORT=0", urls: null);

        Assert.Equal("node-7", node.Configuration["Dynamo:NodeId"]);
        Assert.Equal("http://127.0.0.1:0", node.Configuration[WebHostDefaults.ServerUrlsKey]);
    }

    [Fact]
    public async Task Without_its_sidecar_a_node_lives_and_says_what_it_waits_for()
    {
        await using var node = Build("APP_ID=node-7;DAPR_HTTP_ENDPOINT=http://127.0.0.1:1;Dynamo:Seeds:0=node-7;Dynamo:Seeds:1=node-8");
        await node.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(node.Urls.First()) };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz/live", UriKind.Relative))).StatusCode);
        var ready = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("sidecar", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await node.StopAsync();
    }

    [Theory]
    [InlineData("/v1/key", "", HttpStatusCode.NotFound)]
    [InlineData("/v1/key", "dapr-caller-app-id: shop", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/key", "Dapr-Callee-App-Id: node-7", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/key", "dapr-api-token: wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/key", "dapr-caller-app-id: shop|dapr-api-token: right", HttpStatusCode.NotFound)]
    [InlineData("/admin/members", "dapr-caller-app-id: shop", HttpStatusCode.Unauthorized)]
    [InlineData("/admin/members", "dapr-caller-app-id: shop|dapr-api-token: right", HttpStatusCode.OK)]
    [InlineData("/healthz/live", "", HttpStatusCode.OK)]
    public async Task What_comes_through_a_sidecar_shows_the_apps_token(string path, string headers, HttpStatusCode expected)
    {
        await using var node = Build("Dynamo:Transport=Direct;Dynamo:NodeId=node-7;APP_API_TOKEN=right");
        await node.StartAsync();

        using var answer = await SendAsync(node, HttpMethod.Get, path, headers);

        Assert.Equal(expected, answer.StatusCode);
        await node.StopAsync();
    }

    [Theory]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("dapr-api-token: right", HttpStatusCode.BadRequest)]
    public async Task Peers_of_a_node_with_a_sidecar_come_through_it_and_in_no_other_way(string headers, HttpStatusCode expected)
    {
        await using var node = Build("APP_ID=node-7;APP_API_TOKEN=right;DAPR_HTTP_ENDPOINT=http://127.0.0.1:1");
        await node.StartAsync();

        using var answer = await SendAsync(node, HttpMethod.Post, "/peer/v1/batch", headers);

        Assert.Equal(expected, answer.StatusCode);
        await node.StopAsync();
    }

    [Theory]
    [InlineData("POST", "/peer/v1/batch", "", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/peer/v1/batch", "dapr-api-token: right", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/peer/v1/batch", "dapr-api-token: right", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/peer/v9/batch", "dapr-api-token: right", HttpStatusCode.NotFound)]
    public async Task Whatever_a_node_answers_its_peers_has_the_mark_of_a_node(string method, string path, string headers, HttpStatusCode expected)
    {
        await using var node = Build("APP_ID=node-7;APP_API_TOKEN=right;DAPR_HTTP_ENDPOINT=http://127.0.0.1:1");
        await node.StartAsync();

        using var answer = await SendAsync(node, new HttpMethod(method), path, headers);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal([BodyChecksum.Of(await answer.Content.ReadAsByteArrayAsync())], answer.Headers.GetValues(PeerProtocol.ChecksumHeader));
        await node.StopAsync();
    }

    private static async Task<HttpResponseMessage> SendAsync(WebApplication node, HttpMethod method, string path, string headers)
    {
        using var http = new HttpClient { BaseAddress = new Uri(node.Urls.First()) };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = header.Split(": ", 2);
            request.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        return await http.SendAsync(request);
    }

    private static WebApplication Build(string settings, string? urls = "http://127.0.0.1:0")
    {
        var all = new Dictionary<string, string?> { ["Dynamo:Storage"] = "Memory", ["Dynamo:Transport"] = "Dapr" };
        if (urls is not null)
        {
            all["urls"] = urls;
        }

        foreach (var setting in settings.Split(';'))
        {
            var parts = setting.Split('=', 2);
            all[parts[0]] = parts[1];
        }

        return NodeHost.Build([], all);
    }
}
