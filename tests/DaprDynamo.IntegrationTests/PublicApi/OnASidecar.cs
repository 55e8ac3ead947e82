using System.Net;
using System.Net.Http.Headers;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;
using Xunit.Abstractions;

// Holds the API, called through two sidecars, to what of the contract can come through them: a sidecar decodes and cleans paths,
// so that odd keys travel as base64url, and puts its own trace context in place of the caller's.
namespace DaprDynamo.IntegrationTests.PublicApi;

[Collection(SidecarApiCollection.Name)]
public sealed class CreatingOnASidecar(SidecarApi api, ITestOutputHelper output) : CreatingContract(api, output);

[Collection(SidecarApiCollection.Name)]
public sealed class ReadingOnASidecar(SidecarApi api, ITestOutputHelper output) : ReadingContract(api, output);

[Collection(SidecarApiCollection.Name)]
public sealed class WritingOnASidecar(SidecarApi api, ITestOutputHelper output) : WritingContract(api, output);

[Collection(SidecarApiCollection.Name)]
public sealed class DeletingOnASidecar(SidecarApi api, ITestOutputHelper output) : DeletingContract(api, output);

[Collection(SidecarApiCollection.Name)]
public sealed class QuorumOnASidecar(SidecarApi api, ITestOutputHelper output) : QuorumContract(api, output);

[Collection(SidecarApiCollection.Name)]
public sealed class ValuesOnASidecar(SidecarApi api, ITestOutputHelper output) : ValuesContract(api, output);

[Collection(SidecarApiCollection.Name)]
public sealed class Base64UrlKeysOnASidecar(SidecarApi api, ITestOutputHelper output) : Base64UrlKeysContract(api, output);

/// <summary>What only matters with sidecars.</summary>
[Collection(SidecarApiCollection.Name)]
public sealed class SidecarTests(SidecarApi api)
{
    [Fact]
    public async Task All_verbs_work_with_the_app_id_in_a_header()
    {
        Needs.Consul();
        var atSidecar = new KeyApi(api.Cluster.Http, api.Cluster.Nodes[0].Sidecar!.HttpAddress);
        var path = KeyApi.PathOf($"by-header-{Guid.NewGuid():n}");
        (string, string)[] headers = [("dapr-app-id", "node-2")];

        var clock = (await atSidecar.SendAsync(HttpMethod.Post, path, """{"value":1}""", headers)).ShouldBeJson(201).Clock;
        (await atSidecar.SendAsync(HttpMethod.Put, path, $$"""{"value":2,"clock":"{{clock}}"}""", headers)).ShouldBeJson(200);
        (await atSidecar.SendAsync(HttpMethod.Get, path, null, headers)).ShouldHold("2");
        (await atSidecar.SendAsync(HttpMethod.Delete, path, null, headers)).ShouldBeJson(200);
        (await atSidecar.SendAsync(HttpMethod.Get, path, null, headers)).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData("cart/of a customer/ä?#%2F//../x")]
    [InlineData("..")]
    [InlineData("//")]
    public async Task An_odd_key_comes_through_as_base64url_and_is_the_same_key(string key)
    {
        Needs.Consul();
        var encoded = $"/v1/{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}?encoding=base64url";

        (await api.Api.SendAsync(HttpMethod.Post, encoded, "{\"value\":\"odd\"}")).ShouldBeJson(201);

        (await new KeyApi(api.Cluster.Http, api.Cluster.Nodes[2].Address).GetAsync(key)).ShouldHold("\"odd\"");
    }

    [Theory]
    [InlineData("GET", "admin/members", null, HttpStatusCode.Unauthorized)]
    [InlineData("GET", "admin/members", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "admin/members", SidecarApi.ClusterToken, HttpStatusCode.OK)]
    [InlineData("POST", "admin/leave", null, HttpStatusCode.Unauthorized)]
    [InlineData("POST", "peer/v1/batch", null, HttpStatusCode.Unauthorized)]
    [InlineData("POST", "peer/v1/batch", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "peer/v1/batch", SidecarApi.ClusterToken, HttpStatusCode.BadRequest)]
    public async Task Another_application_does_not_get_to_the_nodes_own_endpoints_through_its_sidecar(string method, string path, string? token, HttpStatusCode expected)
    {
        Needs.Consul();
        using var stranger = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(api.Cluster.Nodes[0].Sidecar!.HttpAddress, $"/v1.0/invoke/node-2/method/{path}"));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        using var answer = await stranger.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_value_that_is_larger_than_a_sidecars_usual_limit_of_headers_and_buffers_comes_through()
    {
        Needs.Consul();
        var value = $"\"{new string('v', 1024 * 1024 - 2)}\"";
        var key = $"large-{Guid.NewGuid():n}";

        (await api.Api.PostAsync(key, value, "?quorum=3")).ShouldBeJson(201);

        (await api.Api.GetAsync(key, "?quorum=3")).ShouldHold(value);
    }
}
