using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>What a node serves beside the keys: health, the ring as it sees it, its description.</summary>
[Collection(NodeApiCollection.Name)]
public sealed class NodeSurfaceTests(NodeApi target, ITestOutputHelper output) : ApiContract(target, output)
{
    private const int Replicas = 3;
    private const int Partitions = 256;

    private string[] Ids => [.. target.Cluster.Nodes.Select(node => node.Id)];

    [Fact]
    public async Task A_node_tells_of_its_hints_exchanges_repairs_and_tombstones()
    {
        var stats = (await Api.SendAsync(HttpMethod.Get, "/admin/stats")).ShouldBeJson(200).Json;

        Assert.Empty(stats.GetProperty("hints").GetProperty("pending").EnumerateObject());
        Assert.True(stats.GetProperty("hints").GetProperty("inFlightMax").GetInt32() > 0);
        Assert.All(["read", "handoff", "exchange"], cause => Assert.True(stats.GetProperty("replication").GetProperty("repairs").GetProperty(cause).GetInt64() >= 0));
        Assert.All(["exchanges", "partitionsCompared", "partitionsDifferent"], name => Assert.True(stats.GetProperty("antiEntropy").GetProperty(name).GetInt64() >= 0));
        Assert.All(
            ["grace", "memberAway", "replicaDiffers", "hintPending", "memberBusy", "inFlight"],
            reason => Assert.True(stats.GetProperty("tombstones").GetProperty("waiting").GetProperty(reason).GetInt32() >= 0));
    }

    [Fact]
    public async Task A_node_tells_what_it_itself_keeps_of_a_key()
    {
        var key = "kept/" + Guid.NewGuid().ToString("n");
        (await Api.PostAsync(key, "[1,2]", "?quorum=3")).ShouldBeJson(201);

        var replicas = 0;
        foreach (var api in EveryNode())
        {
            var kept = (await api.SendAsync(HttpMethod.Get, $"/admin/replica?key={Uri.EscapeDataString(key)}")).ShouldBeJson(200).Json;
            if (kept.GetProperty("isReplica").GetBoolean())
            {
                replicas++;
                Assert.Equal("[1,2]", kept.GetProperty("record").GetProperty("values")[0].GetRawText());
            }
        }

        Assert.Equal(Replicas, replicas);
        (await Api.SendAsync(HttpMethod.Get, "/admin/replica")).ShouldBeProblem(400);
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    public async Task A_node_says_that_it_is_well(string path) => (await Api.SendAsync(HttpMethod.Get, path)).ShouldBe(200);

    [Fact]
    public async Task The_description_of_the_api_names_the_four_verbs_of_a_key()
    {
        var answer = (await Api.SendAsync(HttpMethod.Get, "/openapi/v1.json")).ShouldBe(200);

        Assert.StartsWith("3.", answer.Json.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var verbs = answer.Json.GetProperty("paths").GetProperty("/v1/{key}").EnumerateObject().Select(verb => verb.Name).ToList();
        Assert.All(["get", "post", "put", "delete"], verb => Assert.Contains(verb, verbs));
    }

    [Fact]
    public async Task The_description_of_the_api_says_how_each_verb_may_end()
    {
        var path = (await Api.SendAsync(HttpMethod.Get, "/openapi/v1.json")).Json.GetProperty("paths").GetProperty("/v1/{key}");

        Assert.All(
            new[] { ("get", "200", "404"), ("post", "201", "409"), ("put", "200", "400"), ("delete", "200", "404") },
            verb =>
            {
                var (name, success, failure) = verb;
                var endings = path.GetProperty(name).GetProperty("responses").EnumerateObject().Select(ending => ending.Name).ToList();
                Assert.Contains(success, endings);
                Assert.Contains(failure, endings);
                Assert.Contains("504", endings);
            });
    }

    [Fact]
    public async Task Every_node_knows_all_members()
    {
        foreach (var api in EveryNode())
        {
            var answer = (await api.SendAsync(HttpMethod.Get, "/admin/members")).ShouldBe(200);
            Assert.All(Ids, id => Assert.Contains($"\"{id}\"", answer.Body, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_node_answers_statistics()
    {
        foreach (var api in EveryNode())
        {
            (await api.SendAsync(HttpMethod.Get, "/admin/stats")).ShouldBeJson(200);
        }
    }

    [Fact]
    public async Task Every_partition_has_as_many_different_replicas_as_the_setting_says_and_all_nodes_agree()
    {
        var rings = new List<string[][]>();
        foreach (var api in EveryNode())
        {
            var answer = (await api.SendAsync(HttpMethod.Get, "/admin/ring")).ShouldBeJson(200);
            rings.Add(Lists(answer.Json.GetProperty("preferenceLists")));
        }

        Assert.Equal(Partitions, rings[0].Length);
        Assert.All(rings[0], list => Assert.Equal(Replicas, list.Take(Replicas).Distinct().Count()));
        Assert.All(rings[0], list => Assert.All(list, id => Assert.Contains(id, Ids)));
        Assert.All(rings, ring => Assert.Equal(rings[0], ring));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a/b c")]
    [InlineData("日本語")]
    public async Task The_ring_names_the_primaries_of_a_key_by_its_hash(string key)
    {
        var answer = (await Api.SendAsync(HttpMethod.Get, $"/admin/ring?key={Uri.EscapeDataString(key)}")).ShouldBeJson(200);

        // With 256 partitions the partition is the first byte of the MD5 of the key.
        var partition = MD5.HashData(Encoding.UTF8.GetBytes(key))[0];
        var primaries = answer.Json.GetProperty("key").GetProperty("primaries").EnumerateArray().Select(id => id.GetString());
        Assert.Equal(Lists(answer.Json.GetProperty("preferenceLists"))[partition].Take(Replicas), primaries);
    }

    [Fact]
    public async Task A_write_is_coordinated_by_one_of_the_keys_primaries_whichever_node_is_asked()
    {
        foreach (var api in EveryNode())
        {
            var key = NewKey();
            var ring = (await api.SendAsync(HttpMethod.Get, $"/admin/ring?key={key}")).ShouldBeJson(200);
            var primaries = ring.Json.GetProperty("key").GetProperty("primaries").EnumerateArray().Select(id => id.GetString()).ToList();

            var created = (await api.PostAsync(key, "1")).ShouldBeJson(201);

            Assert.Contains(created.Headers["X-Dynamo-Coordinator"], primaries);
            Assert.Contains(primaries, id => created.Headers["X-Dynamo-Replicas"].Contains(id!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_one_node_acknowledged_every_node_reads()
    {
        foreach (var api in EveryNode())
        {
            var key = NewKey();
            (await api.PostAsync(key, "1")).ShouldBeJson(201);
            foreach (var other in EveryNode())
            {
                (await other.GetAsync(key)).ShouldHold("1");
            }
        }
    }

    private static string[][] Lists(JsonElement lists) =>
        [.. lists.EnumerateArray().Select(list => list.EnumerateArray().Select(id => id.GetString()!).ToArray())];

    private IEnumerable<KeyApi> EveryNode() => target.Cluster.Nodes.Select(node => target.ApiOf(node));
}
