using System.Net;
using Xunit;

namespace DaprDynamo.Portal.Tests.Access;

/// <summary>What the portal makes of requests that its own Dapr sidecar passes on, which others than this machine can reach. No node answers here: what is let through to one ends with 503.</summary>
public sealed class SidecarGuardTests
{
    private const string HubPath = "/hubs/cluster/negotiate?negotiateVersion=1";
    private const string Caller = "dapr-caller-app-id: shop";
    private const string Token = "--Portal:Token=operators-secret";
    private const string AppToken = "--APP_API_TOKEN=right";

    [Theory]
    [InlineData("GET", "/", "dapr-caller-app-id: shop")]
    [InlineData("GET", "/members", "Dapr-Callee-App-Id: portal")]
    [InlineData("GET", "/members", "dapr-api-token: any")]
    [InlineData("POST", HubPath, Caller)]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1", Caller)]
    public async Task Without_a_token_nobody_is_an_operator_through_a_sidecar(string method, string path, string header)
    {
        await using var portal = await PortalUnderTest.StartAsync();
        using var answer = await SendAsync(portal, method, path, header);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("set Portal:Token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/cart", HttpStatusCode.ServiceUnavailable)]
    [InlineData("DELETE", "/v1/cart", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/openapi/v1.json", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/healthz/live", HttpStatusCode.OK)]
    public async Task Without_a_token_the_key_api_is_there_through_a_sidecar_as_it_is_at_a_node(string method, string path, HttpStatusCode expected)
    {
        await using var portal = await PortalUnderTest.StartAsync();
        using var answer = await SendAsync(portal, method, path, Caller);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task What_nodes_ask_clients_for_is_not_shown_them_for_whoever_comes_through_a_sidecar()
    {
        await using var portal = await PortalUnderTest.StartAsync("--Portal:ApiToken=clients-secret");
        using var refused = await SendAsync(portal, "GET", "/v1/cart", Caller);
        using var own = await SendAsync(portal, "GET", "/v1/cart");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, own.StatusCode);
    }

    [Fact]
    public async Task With_a_token_a_sidecars_clients_show_it_as_all_others_do()
    {
        await using var portal = await PortalUnderTest.StartAsync(Token);
        using var stranger = await SendAsync(portal, "POST", HubPath, Caller);
        using var known = await SendAsync(portal, "POST", HubPath, Caller, "Authorization: Bearer operators-secret");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Theory]
    [InlineData("", HttpStatusCode.ServiceUnavailable)]
    [InlineData("dapr-caller-app-id: shop", HttpStatusCode.Unauthorized)]
    [InlineData("dapr-caller-app-id: shop|dapr-api-token: wrong", HttpStatusCode.Unauthorized)]
    [InlineData("dapr-caller-app-id: shop|dapr-api-token: right", HttpStatusCode.ServiceUnavailable)]
    public async Task What_comes_through_a_sidecar_shows_the_apps_token(string headers, HttpStatusCode expected)
    {
        await using var portal = await PortalUnderTest.StartAsync(AppToken);
        using var answer = await SendAsync(portal, "GET", "/v1/cart", headers.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(PortalUnderTest portal, string method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var header in headers)
        {
            var parts = header.Split(": ", 2);
            request.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        return await portal.Http.SendAsync(request);
    }
}
