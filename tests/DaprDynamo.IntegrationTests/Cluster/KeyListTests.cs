using System.Net;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Lists of the cluster's keys, among those that other tests have written.</summary>
public abstract class KeyListTests(FiveNodes nodes, ITestOutputHelper output) : ClusterTest(nodes, output)
{
    private const string Value = """{"a":1}""";

    private readonly string _own = $"{Guid.NewGuid():n}/";

    [Fact]
    public async Task Every_node_lists_the_same_keys_in_order_also_when_one_of_five_is_dead()
    {
        string[] users = [.. Enumerable.Range(0, 60).Select(number => $"{_own}user/{number:000}"), $"{_own}user", $"{_own}user/", $"{_own}user/ü"];
        string[] all = [.. users, $"{_own}usher", $"{_own}zoo", $"{_own}a"];
        var deleted = $"{_own}user/deleted";
        await EachAsync([.. all, deleted], async (key, number) => (await AnyApi(number).PostAsync(key, Value)).ShouldBeJson(201));
        (await AnyApi(0).SendAsync(HttpMethod.Delete, KeyApi.PathOf(deleted))).ShouldBeJson(200);

        await AllListAsync($"{_own}user", users);
        await AllListAsync($"{_own}user/", [.. users.Where(key => key != $"{_own}user")]);
        await AllListAsync(_own, all);
        await AllListAsync($"{_own}nothing", []);
        await AllListAsync("", all, pageSize: 500);

        await Nodes.Cluster.Nodes[4].KillAsync();
        await AllListAsync($"{_own}user", users);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        foreach (var query in (string[])["limit=0", "limit=501", $"prefix={new string('x', 1025)}"])
        {
            using var answer = await Nodes.Cluster.Http.GetAsync(new Uri(Nodes.Living[0].Address, $"/admin/keys?{query}"));
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{query}: {answer.StatusCode}");
        }
    }

    private async Task AllListAsync(string prefix, IEnumerable<string> keys, int pageSize = 7)
    {
        // A partition is told by one replica, and the last copy of a write may still be on its way.
        var expected = keys.Order(StringComparer.Ordinal).ToList();
        foreach (var node in Nodes.Living)
        {
            List<string> listed = [];
            await Poll.UntilAsync(
                async () => (listed = await ListAsync(node, prefix, pageSize)).SequenceEqual(expected),
                TimeSpan.FromSeconds(30),
                () => $"{node.Id} lists {string.Join(' ', listed)}\n{Nodes.Output(20)}");
        }
    }

    /// <summary>The keys of this test that a node lists.</summary>
    private async Task<List<string>> ListAsync(NodeProcess node, string prefix, int pageSize)
    {
        var (listed, after) = (new List<string>(), "");
        do
        {
            var page = await node.GetAsync<KeysResponse>($"/admin/keys?prefix={Uri.EscapeDataString(prefix)}&after={Uri.EscapeDataString(after!)}&limit={pageSize}");
            Assert.Empty(page.MissingPartitions);
            Assert.InRange(page.Keys.Count, 0, pageSize);
            var own = page.Keys.Where(key => key.Key.StartsWith(_own, StringComparison.Ordinal)).ToList();
            Assert.All(own, key => Assert.Equal((1, (long)Value.Length), (key.Siblings, key.SizeBytes)));
            listed.AddRange(own.Select(key => key.Key));
            after = page.Next;
        }
        while (after is not null);
        return listed;
    }
}
