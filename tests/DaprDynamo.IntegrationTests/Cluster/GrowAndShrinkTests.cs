using System.Globalization;
using System.Net;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Nodes come and go one after the other while clients read and write without a pause.</summary>
/// <param name="throughDapr">Whether nodes reach each other through sidecars.</param>
/// <param name="output">Where the test reports.</param>
public abstract class GrowAndShrinkTests(bool throughDapr, ITestOutputHelper output)
{
    /// <summary>How many keys there are: more by the environment variable, to measure.</summary>
    private static readonly int KeyCount = int.Parse(Environment.GetEnvironmentVariable("DYNAMO_TEST_KEYS") ?? "3000", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Three_nodes_grow_to_six_and_shrink_to_three_and_no_read_fails_and_no_write_is_lost()
    {
        if (throughDapr)
        {
            Needs.Consul();
        }

        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions
        {
            ThroughDapr = throughDapr,
            MoreArguments = [NodeClusterOptions.PatientHeartbeats, NodeClusterOptions.PatientRequests],
        });
        var load = new SteadyLoad(node => new KeyApi(cluster.Http, node.Address), [.. Enumerable.Range(0, KeyCount).Select(number => $"key/{number}")], writers: 4, readers: 4);
        using var stop = new CancellationTokenSource();
        try
        {
            load.Enter("load", [.. cluster.Nodes]);
            await load.LoadAsync();
            load.Enter("three nodes", [.. cluster.Nodes]);
            var work = load.RunAsync(stop.Token);
            await JoinAsync(cluster, load, "node-4", isKilled: false);
            await JoinAsync(cluster, load, "node-5", isKilled: true);
            await JoinAsync(cluster, load, "node-6", isKilled: false);
            foreach (var leaverId in (string[])["node-2", "node-6", "node-4"])
            {
                await LeaveAsync(cluster, load, leaverId);
            }

            load.Enter("three nodes again", [.. cluster.Nodes]);
            await stop.CancelAsync();
            await work;
            output.WriteLine(load.Report());

            Assert.Empty(load.FailedReads);
            Assert.Empty(await load.MissingAsync());
            Assert.True(load.Reads > 1000, "The clients hardly read.");
        }
        finally
        {
            await stop.CancelAsync();
            output.WriteLine(cluster.Output(linesOfEach: 30));
        }
    }

    private async Task JoinAsync(NodeCluster cluster, SteadyLoad load, string nodeId, bool isKilled)
    {
        var plan = await PlanAsync(cluster, $"?join={nodeId}");
        load.Enter($"{nodeId} joins", [.. cluster.Nodes]);
        var node = cluster.Add(nodeId);
        node.Start();
        if (isKilled)
        {
            await Poll.UntilAsync(
                async () => (await cluster.Nodes[0].MembersAsync()).Members.Any(member => member.NodeId == nodeId && member.State == "Pending"),
                Limit,
                () => $"{nodeId} does not begin to join.\n{cluster.Output(40)}");
            await node.KillAsync();
            output.WriteLine($"{nodeId} killed in the middle of its join");
            node.Start();
        }

        await cluster.WaitUntilTogetherAsync(Limit);
        await ShouldBeAsPlannedAsync(cluster, plan, nodeId);
        load.Enter($"with {nodeId}", [.. cluster.Nodes]);
    }

    private async Task LeaveAsync(NodeCluster cluster, SteadyLoad load, string nodeId)
    {
        var leaver = cluster.Node(nodeId);
        var plan = await PlanAsync(cluster, $"?leave={nodeId}");
        // As a load balancer does that looks at the readiness of nodes.
        load.Enter($"{nodeId} leaves", [.. cluster.Nodes.Where(node => node != leaver)]);
        var (status, body) = await leaver.PostAsync("/admin/leave");
        Assert.True(status == HttpStatusCode.Accepted, body);
        await leaver.WaitUntilLeftAsync(Limit);
        Assert.Equal(0, await leaver.StopAsync());
        cluster.Forget(leaver);
        await cluster.WaitUntilTogetherAsync(Limit);
        await ShouldBeAsPlannedAsync(cluster, plan, nodeId);
        load.Enter($"without {nodeId}", [.. cluster.Nodes]);
    }

    private async Task ShouldBeAsPlannedAsync(NodeCluster cluster, PlanResponse plan, string nodeId)
    {
        var ring = await cluster.Nodes[0].GetAsync<RingResponse>("/admin/ring");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{nodeId}: {plan.MovedReplicas} replicas of partitions moved, {plan.UnavoidableReplicas:0.0} unavoidable; balance {ring.Balance.PrimariesMaxToMean:0.000} by primaries, {ring.Balance.ReplicasMaxToMean:0.000} by replicas"));
        Assert.Equal(plan.DigestAfter, ring.Digest);
        Assert.Equal(plan.PreferenceListsAfter, ring.PreferenceLists);
        Assert.InRange(plan.MovedReplicas, 0, 1.25 * plan.UnavoidableReplicas);
        Assert.InRange(ring.Balance.PrimariesMaxToMean, 1, plan.Change.Contains("joins", StringComparison.Ordinal) ? 1.10 : 1.30);
        Assert.InRange(ring.Balance.ReplicasMaxToMean, 1, plan.Change.Contains("joins", StringComparison.Ordinal) ? 1.10 : 1.30);
    }

    private static Task<PlanResponse> PlanAsync(NodeCluster cluster, string query) => cluster.Nodes[0].GetAsync<PlanResponse>("/admin/plan" + query);
}
