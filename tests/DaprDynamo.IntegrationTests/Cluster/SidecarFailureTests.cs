using System.Globalization;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>
/// Five nodes, five sidecars, one Consul and no list of seeds; and then each of the three kinds of process dies. The nodes listen on
/// an address that only their own sidecars are told: nothing here could pass by any other road.
/// </summary>
public sealed class SidecarFailureTests(ITestOutputHelper output)
{
    private const int KeyCount = 5000;
    private const int Clients = 64;
    private static readonly TimeSpan ConsulAway = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Every_acknowledged_write_survives_the_death_of_a_node_a_sidecar_and_consul()
    {
        Needs.Consul();
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions
        {
            Nodes = 5,
            ThroughDapr = true,
            MoreArguments = [NodeClusterOptions.PatientRequests, "--Dynamo:ClusterToken=shared by the nodes"],
            AdminToken = "shared by the nodes",
        });
        var load = new SteadyLoad(
            node => SidecarApi.ThroughSidecar(cluster, node, node), [.. Enumerable.Range(0, KeyCount).Select(number => $"key/{number}")], writers: 4, readers: 4);
        try
        {
            load.Enter("load", [.. cluster.Nodes]);
            await load.LoadAsync(Clients);
            Assert.Empty(await load.MissingAsync(Clients));
            await ReportBatchesAsync(cluster);

            using var stop = new CancellationTokenSource();
            var work = load.RunAsync(stop.Token);
            await WithoutNodeAsync(cluster, load);
            await WithoutSidecarAsync(cluster, load);
            await WithoutConsulAsync(cluster, load);
            await stop.CancelAsync();
            await work;
            output.WriteLine(load.Report());

            Assert.Empty(await load.MissingAsync(Clients));
        }
        finally
        {
            output.WriteLine(cluster.Output(linesOfEach: 30));
        }
    }

    private async Task ReportBatchesAsync(NodeCluster cluster)
    {
        var (calls, operations) = (0L, 0L);
        foreach (var node in cluster.Nodes)
        {
            var replication = (await node.GetAsync<StatsResponse>("/admin/stats")).Replication;
            (calls, operations) = (calls + replication.PeerBatches, operations + replication.PeerRequests);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Clients} clients: {operations} replica operations in {calls} sidecar calls, {(double)operations / calls:0.0} in each"));
        Assert.True(operations > calls);
    }

    private static async Task WithoutNodeAsync(NodeCluster cluster, SteadyLoad load)
    {
        var dead = cluster.Nodes[1];
        load.Enter("a node is dead", [.. cluster.Nodes.Where(node => node != dead)]);
        await dead.KillAsync();
        await load.WaitForMoreAsync(writes: 300, Limit);
        await dead.StartAgainAsync();
        load.Enter("the node is back", [.. cluster.Nodes]);
        await load.WaitForMoreAsync(writes: 300, Limit);
    }

    private static async Task WithoutSidecarAsync(NodeCluster cluster, SteadyLoad load)
    {
        var alone = cluster.Nodes[3];
        load.Enter("a sidecar is dead", [.. cluster.Nodes.Where(node => node != alone)]);
        await alone.Sidecar!.KillAsync();
        await load.WaitForMoreAsync(writes: 300, Limit);
        alone.Sidecar.Start();
        load.Enter("the sidecar is back", [.. cluster.Nodes.Where(node => node != alone)]);
        await load.WaitForMoreAsync(writes: 300, Limit);
    }

    private static async Task WithoutConsulAsync(NodeCluster cluster, SteadyLoad load)
    {
        load.Enter("Consul is dead", [.. cluster.Nodes]);
        await cluster.Sidecars!.Consul.KillAsync();
        await Task.WhenAll(load.WaitForMoreAsync(writes: 300, Limit), Task.Delay(ConsulAway));
        load.Enter("Consul is back", [.. cluster.Nodes]);
        await cluster.Sidecars.Consul.StartAsync();
        await load.WaitForMoreAsync(writes: 300, Limit);
    }
}
