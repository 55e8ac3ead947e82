using System.Net;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>
/// Five nodes, five sidecars, one Consul and no list of seeds; and then each of the three kinds of process dies. Each node listens on
/// an address that only its own sidecar is told, and refuses a peer that does not come through it: nothing here could pass by any
/// other road.
/// </summary>
public sealed class SidecarFailureTests(ITestOutputHelper output)
{
    private const int KeyCount = 5000;
    private const int Clients = 64;
    private const string Refusal = "A peer's request was refused";
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
            HidesNodes = true,
            Tokens = new Dictionary<string, string>(StringComparer.Ordinal) { ["APP_API_TOKEN"] = "shown by sidecars", ["DAPR_API_TOKEN"] = "shown to sidecars" },
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
            var traffic = await SidecarTraffic.OfAsync(cluster);
            output.WriteLine($"{SidecarTraffic.FigurePrefix}five nodes, {Clients} clients: {traffic}");

            // Twenty lines share what six share among three nodes: fewer wait for each.
            Assert.True(traffic.OperationsPerCall > 1, $"{traffic}");

            using var stop = new CancellationTokenSource();
            var work = load.RunAsync(stop.Token);
            await WithoutNodeAsync(cluster, load);
            await WithoutSidecarAsync(cluster, load);
            await WithoutConsulAsync(cluster, load);
            await stop.CancelAsync();
            await work;
            output.WriteLine(load.Report());

            Assert.Empty(await load.MissingAsync(Clients));
            await NobodyHasDialledANodeItselfAsync(cluster);
        }
        finally
        {
            output.WriteLine(cluster.Output(linesOfEach: 30));
        }
    }

    /// <summary>What none of the nodes has said until now it says when somebody dials its own port as a peer would.</summary>
    private static async Task NobodyHasDialledANodeItselfAsync(NodeCluster cluster)
    {
        Assert.DoesNotContain(cluster.Nodes, node => node.HasSaid(Refusal));

        using var dialled = await cluster.Http.PostAsync(new Uri(cluster.Nodes[0].Address, "/peer/v1/batch"), content: null);

        Assert.Equal(HttpStatusCode.Unauthorized, dialled.StatusCode);
        await Poll.UntilAsync(() => Task.FromResult(cluster.Nodes[0].HasSaid(Refusal)), Limit, () => cluster.Nodes[0].Output(20));
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
        // Sidecars forget each other as soon as Consul cannot be asked: what needs another node fails until it is back, and says so.
        load.Enter("Consul is dead", [.. cluster.Nodes]);
        await cluster.Sidecars!.Consul.KillAsync();
        await Task.Delay(ConsulAway);
        load.Enter("Consul is back", [.. cluster.Nodes]);
        await cluster.Sidecars.Consul.StartAsync();
        await load.WaitForMoreAsync(writes: 300, Limit);
    }
}
