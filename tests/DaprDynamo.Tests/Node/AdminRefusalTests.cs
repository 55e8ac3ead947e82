using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.Tests.Node;

/// <summary>What an operator asks for and a node cannot do is answered with a status and a sentence.</summary>
public sealed class AdminRefusalTests : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("GET", "/admin/plan?rebalance=true")]
    [InlineData("GET", "/admin/plan?join=node-6")]
    [InlineData("POST", "/admin/rebalance")]
    [InlineData("POST", "/admin/members/node-2/remove")]
    public async Task A_node_that_belongs_to_no_cluster_yet_plans_and_changes_nothing_and_says_why(string method, string path)
    {
        await using var lost = await SmallNode.StartAsync("node-1", seed: new Uri($"http://127.0.0.1:{LoopbackPorts.FreeRange(1)}"));
        var address = SmallNode.AddressOf(lost);

        var (status, detail) = await AskAsync(method, new Uri(address, path));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Empty((await _http.GetFromJsonAsync<MembersResponse>(new Uri(address, "/admin/members")))!.Members);
        Assert.Matches("^(The node has just started|No seed knows the cluster yet)", detail);
    }

    [Fact]
    public async Task Nobody_is_removed_who_is_no_member()
    {
        await using var node = await SmallNode.StartAsync("node-1", seed: null);

        Assert.Equal(
            (HttpStatusCode.NotFound, "There is no member node-9."),
            await AskAsync("POST", new Uri(SmallNode.AddressOf(node), "/admin/members/node-9/remove")));
        Assert.Equal(
            (HttpStatusCode.Conflict, "node-1 runs. Let it leave."),
            await AskAsync("POST", new Uri(SmallNode.AddressOf(node), "/admin/members/node-1/remove")));
    }

    private async Task<(HttpStatusCode Status, string? Detail)> AskAsync(string method, Uri uri)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }
}
