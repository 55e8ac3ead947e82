using System.Security.Cryptography;
using System.Text;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>What a proxy does beyond the contract of a node: it chooses a node, and gives the node's own answers.</summary>
[Collection(PortalApiCollection.Name)]
public sealed class PortalSurfaceTests(PortalApi target, ITestOutputHelper output) : ApiContract(target, output)
{
    // What differs from answer to answer, or belongs to the connection.
    private static readonly string[] OwnOfOneAnswer = ["Date", "X-Correlation-Id", "X-Dynamo-Coordinator", "X-Dynamo-Replicas"];

    // What the portal tells browsers about all its answers.
    private static readonly string[] OwnOfThePortal = ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"];

    [Fact]
    public async Task A_request_goes_straight_to_a_member_that_keeps_the_key()
    {
        var ring = await target.Cluster.Nodes[0].GetAsync<RingResponse>("/admin/ring");
        await Poll.UntilAsync(
            async () =>
            {
                // A read is coordinated by whoever is asked: until the portal knows the ring, that is just any node.
                var coordinators = new List<bool>();
                for (var i = 0; i < 20; i++)
                {
                    var key = NewKey();
                    var created = (await Api.PostAsync(key, "1")).ShouldBeJson(201);
                    var read = (await Api.GetAsync(key)).ShouldHold("1");
                    coordinators.Add(new[] { created, read }.All(answer => PrimaryOf(ring, key) == answer.Headers["X-Dynamo-Coordinator"]));
                }

                return coordinators.All(isPrimary => isPrimary);
            },
            TimeSpan.FromSeconds(60),
            () => "Requests are not coordinated by the primaries of their keys.");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("PATCH", "")]
    [InlineData("POST", """{"value":1}""")]
    [InlineData("PUT", """{"value":1,"clock":"nonsense"}""")]
    [InlineData("POST", "{")]
    public async Task An_answer_is_the_nodes_own(string verb, string body)
    {
        var key = NewKey();
        await CreatedAsync(key, "1");
        var json = body.Length == 0 ? null : body;
        var atNode = await new KeyApi(target.Cluster.Http, target.Cluster.Nodes[0].Address).SendAsync(new HttpMethod(verb), KeyApi.PathOf(key), json);
        var atPortal = await Api.SendAsync(new HttpMethod(verb), KeyApi.PathOf(key), json);

        Assert.Equal((atNode.Status, WithoutTrace(atNode)), (atPortal.Status, WithoutTrace(atPortal)));
        Assert.Equal(ComparableHeaders(atNode), ComparableHeaders(atPortal));
    }

    [Fact]
    public async Task The_description_of_the_api_is_the_nodes()
    {
        var answer = (await Api.SendAsync(HttpMethod.Get, "/openapi/v1.json")).ShouldBe(200);

        Assert.True(answer.Json.GetProperty("paths").TryGetProperty("/v1/{key}", out _));
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    public async Task The_portal_says_that_it_is_well(string path) => (await Api.SendAsync(HttpMethod.Get, path)).ShouldBe(200);

    private static string PrimaryOf(RingResponse ring, string key) => ring.PreferenceLists[MD5.HashData(Encoding.UTF8.GetBytes(key))[0]][0];

    private static string WithoutTrace(ApiAnswer answer) =>
        answer.Body.Length > 0 && answer.Json.TryGetProperty("traceId", out var trace) ? answer.Body.Replace(trace.GetString()!, "", StringComparison.Ordinal) : answer.Body;

    private static IEnumerable<string> ComparableHeaders(ApiAnswer answer) => answer.Headers
        .Where(header => !OwnOfOneAnswer.Contains(header.Key) && !OwnOfThePortal.Contains(header.Key))
        .Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);
}
