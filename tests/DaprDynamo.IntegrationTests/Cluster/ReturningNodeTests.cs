using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>What a node, or all of them, find when they come back.</summary>
public abstract class ReturningNodeTests(FiveNodes nodes, ITestOutputHelper output) : ClusterTest(nodes, output)
{
    [Fact]
    public async Task Data_survives_a_stop_and_start_of_all_nodes()
    {
        var keys = NewKeys(200);
        var clocks = await CreateAllAsync(keys);
        await EachAsync(keys, async (key, number) => number % 2 == 0
            ? (await AnyApi(number).PutAsync(key, $"{number}.0", clocks[number])).ShouldBeJson(200)
            : null);

        var exitCodes = await Task.WhenAll(Nodes.Cluster.Nodes.Select(node => node.StopAsync()));
        await Nodes.Cluster.StartAllAsync();

        Assert.All(exitCodes, code => Assert.Equal(0, code));
        await EveryNodeShouldReadAsync(keys, number => number % 2 == 0 ? $"{number}.0" : $"{number}");
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_sudden_death_of_all_nodes_at_once()
    {
        var keys = NewKeys(200);
        await CreateAllAsync(keys);

        await Task.WhenAll(Nodes.Cluster.Nodes.Select(node => node.KillAsync()));
        await Nodes.Cluster.StartAllAsync();

        await EveryNodeShouldReadAsync(keys, number => $"{number}");
    }

    [Fact]
    public async Task A_clock_read_before_a_restart_of_all_nodes_is_good_after_it()
    {
        var key = NewKeys(1)[0];
        var clock = (await AnyApi(0).PostAsync(key, "1")).ShouldBeJson(201).Clock;

        await Task.WhenAll(Nodes.Cluster.Nodes.Select(node => node.KillAsync()));
        await Nodes.Cluster.StartAllAsync();

        (await AnyApi(1).PutAsync(key, "2", clock)).ShouldBeJson(200);
        (await AnyApi(2).GetAsync(key)).ShouldHold("2");
    }

    [Fact]
    public async Task Deleted_keys_stay_deleted_when_a_replica_that_missed_the_delete_comes_back()
    {
        var keys = NewKeys(60);
        await EachAsync(keys, async (key, number) => (await AnyApi(number).PostAsync(key, $"{number}", "?quorum=3")).ShouldBeJson(201));
        var missing = Nodes.Cluster.Nodes[1];

        await missing.KillAsync();
        await EachAsync(keys, async (key, number) => (await AnyApi(number).DeleteAsync(key)).ShouldBeJson(200));
        await missing.StartAgainAsync();

        foreach (var node in Nodes.Living)
        {
            await EachAsync(keys, async (key, _) => (await Nodes.ApiOf(node).GetAsync(key)).ShouldBeProblem(404));
        }
    }

    [Fact]
    public async Task Writes_a_replica_missed_are_read_through_it_when_it_comes_back()
    {
        var keys = NewKeys(60);
        var clocks = await CreateAllAsync(keys);
        var missing = Nodes.Cluster.Nodes[4];

        await missing.KillAsync();
        await EachAsync(keys, async (key, number) => (await AnyApi(number).PutAsync(key, "\"missed\"", clocks[number])).ShouldBeJson(200));
        await missing.StartAgainAsync();

        await EachAsync(keys, async (key, _) => (await Nodes.ApiOf(missing).GetAsync(key)).ShouldHold("\"missed\""));
    }

    [Fact]
    public async Task A_node_that_lost_its_disk_loses_no_acknowledged_write_and_reuses_no_version()
    {
        var keys = NewKeys(60);
        var created = await EachAsync(keys, async (key, number) => (await AnyApi(number).PostAsync(key, $"{number}", "?quorum=3")).ShouldBeJson(201));
        var node = Nodes.Cluster.Nodes[0];

        await node.KillAsync();
        await node.StartAgainAsync(withEmptyDisk: true);

        await EveryNodeShouldReadAsync(keys, number => $"{number}");

        // A version the node gave out twice would make one of these two writes swallow the other.
        await EachAsync(keys, async (key, number) => (await Nodes.ApiOf(node).PutAsync(key, "\"through it\"", created[number].Clock)).ShouldBeJson(200));
        await EachAsync(keys, async (key, number) => (await AnyApi(1).PutAsync(key, "\"through another\"", created[number].Clock)).ShouldBeJson(200));
        await EachAsync(keys, async (key, _) => (await AnyApi(2).GetAsync(key)).ShouldHold("\"through it\"", "\"through another\""));
    }
}
