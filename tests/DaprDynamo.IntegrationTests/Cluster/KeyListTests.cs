using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Lists of the cluster's keys, on both roads between nodes.</summary>
public abstract class KeyListTests(bool throughDapr)
{
    private static readonly string[] Odd = ["user/ü", "user", "usher", "user/", "zoo", "a"];

    [Fact]
    public async Task Every_node_lists_the_same_keys_in_order_also_when_one_of_five_is_dead()
    {
        if (throughDapr)
        {
            Needs.Consul();
        }

        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions
        {
            Nodes = 5, Storage = "sqlite", ThroughDapr = throughDapr, MoreArguments = [NodeClusterOptions.PatientRequests],
        });
        var api = new KeyApi(cluster.Http, cluster.Nodes[0].Address);
        string[] users = [.. Enumerable.Range(0, 60).Select(number => $"user/{number:000}")];
        foreach (var key in users.Concat(Odd).Concat(["user/deleted"]))
        {
            (await api.SendAsync(HttpMethod.Post, KeyApi.PathOf(key), """{"value":{"a":1}}""")).ShouldBeJson(201);
        }

        (await api.SendAsync(HttpMethod.Delete, KeyApi.PathOf("user/deleted"))).ShouldBeJson(200);
        await AllListAsync(cluster, "user", [.. users, "user", "user/", "user/ü"]);
        await AllListAsync(cluster, "user/", [.. users, "user/", "user/ü"]);
        await AllListAsync(cluster, "", [.. users, .. Odd]);
        await AllListAsync(cluster, "nothing", []);

        var dead = cluster.Nodes[4];
        await dead.KillAsync();
        cluster.Forget(dead);
        await AllListAsync(cluster, "user", [.. users, "user", "user/", "user/ü"]);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        if (throughDapr)
        {
            Needs.Consul();
        }

        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions { Nodes = 1, Storage = "memory", ThroughDapr = throughDapr });
        foreach (var query in new[] { "limit=0", "limit=501", $"prefix={new string('x', 1025)}" })
        {
            using var answer = await cluster.Http.GetAsync(new Uri(cluster.Nodes[0].Address, $"/admin/keys?{query}"));
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    private static async Task AllListAsync(NodeCluster cluster, string prefix, IEnumerable<string> keys)
    {
        // A partition is told by one replica, and the last copy of a write may still be on its way.
        var expected = keys.Order(StringComparer.Ordinal).ToList();
        foreach (var node in cluster.Nodes)
        {
            List<string> listed = [];
            await Poll.UntilAsync(
                async () => (listed = await ListAsync(node, prefix)).SequenceEqual(expected),
                TimeSpan.FromSeconds(30),
                () => $"{node.Id} lists {string.Join(' ', listed)}\n{cluster.Output(20)}");
        }
    }

    private static async Task<List<string>> ListAsync(NodeProcess node, string prefix)
    {
        var (listed, after) = (new List<string>(), "");
        do
        {
            var page = await node.GetAsync<KeysResponse>($"/admin/keys?prefix={Uri.EscapeDataString(prefix)}&after={Uri.EscapeDataString(after!)}&limit=7");
            Assert.Empty(page.MissingPartitions);
            Assert.InRange(page.Keys.Count, 0, 7);
            Assert.All(page.Keys, key => Assert.Equal((1, 7L), (key.Siblings, key.SizeBytes)));
            listed.AddRange(page.Keys.Select(key => key.Key));
            after = page.Next;
        }
        while (after is not null);
        return listed;
    }
}

public sealed class KeyListDirectly() : KeyListTests(throughDapr: false);

public sealed class KeyListThroughDapr() : KeyListTests(throughDapr: true);
