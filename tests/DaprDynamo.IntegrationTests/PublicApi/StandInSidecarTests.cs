using System.Net;
using System.Text.Json;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>A sidecar as these tests rely on it: whatever runs in its place, the stand-in or a real one, does this.</summary>
[Collection(SidecarApiCollection.Name)]
public sealed class StandInSidecarTests(SidecarApi api)
{
    [Fact]
    public async Task A_path_is_decoded_and_cleaned_on_its_way()
    {
        Needs.Consul();
        var key = $"cleaned-{Guid.NewGuid():n}";

        (await api.Api.SendAsync(HttpMethod.Post, $"/v1/{key}%2Fb//c/./x/..", """{"value":1}""")).ShouldBeJson(201);

        (await new KeyApi(api.Cluster.Http, api.Cluster.Nodes[2].Address).GetAsync($"{key}/b/c")).ShouldHold("1");
    }

    [Fact]
    public async Task An_app_that_nobody_registered_is_the_sidecars_own_500()
    {
        Needs.Consul();

        var (status, error) = await InvokeAsync("nobody");

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("ERR_DIRECT_INVOKE", error.GetProperty("errorCode").GetString());
        Assert.Contains("no healthy services found with AppID 'nobody'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sidecar_says_who_it_belongs_to()
    {
        Needs.Consul();
        using var answer = await api.Cluster.Http.GetAsync(new Uri(api.Cluster.Nodes[0].Sidecar!.HttpAddress, "/v1.0/metadata"));

        Assert.Equal("node-1", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Answers_come_in_chunks_and_say_no_length()
    {
        Needs.Consul();
        using var answer = await api.Cluster.Http.GetAsync(
            new Uri(api.Cluster.Nodes[0].Sidecar!.HttpAddress, "/v1.0/invoke/node-2/method/v1/nothing"), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal((HttpStatusCode.NotFound, true, null), (answer.StatusCode, answer.Headers.TransferEncodingChunked, answer.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Consul_knows_the_app_by_its_port_and_its_checks_by_their_ids_and_finds_them_passing()
    {
        Needs.Consul();
        var node = api.Cluster.Nodes[1];
        var seen = "";

        await Poll.UntilAsync(
            async () =>
            {
                seen = await api.Cluster.Sidecars!.Consul.HealthOfAsync(node.Id);
                var entry = Assert.Single(JsonDocument.Parse(seen).RootElement.EnumerateArray());
                Assert.Equal(node.Address.Port, entry.GetProperty("Service").GetProperty("Port").GetInt32());
                var checks = entry.GetProperty("Checks").EnumerateArray()
                    .ToDictionary(check => check.GetProperty("CheckID").GetString()!, check => check.GetProperty("Status").GetString());
                return checks[$"sidecar:{node.Id}"] == "passing" && checks[$"node:{node.Id}"] == "passing";
            },
            TimeSpan.FromSeconds(60),
            () => seen);
    }

    private async Task<(HttpStatusCode Status, JsonElement Error)> InvokeAsync(string appId)
    {
        using var answer = await api.Cluster.Http.GetAsync(new Uri(api.Cluster.Nodes[0].Sidecar!.HttpAddress, $"/v1.0/invoke/{appId}/method/v1/x"));
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone());
    }
}
