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
    /// <summary>How many keys there are when somebody measures; null when this is one test among many.</summary>
    private static readonly string? MeasuredKeyCount = Environment.GetEnvironmentVariable("DYNAMO_TEST_KEYS");

    private static readonly int KeyCount = int.Parse(MeasuredKeyCount ?? "3000", CultureInfo.InvariantCulture);

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
            // Whoever measures gives requests and replicas the time that the product gives them: what stalls for longer has
            // failed. Among other tests, which share the cores, both may stall for the machine's reasons. So may a heartbeat: a
            // node taken for dead for a moment gets stand-ins, and what those keep a read may rightly miss, which is not what this
            // test is about. And the joiner that is killed is waited for, however long its process takes to start again.
            MoreArguments =
            [
                .. MeasuredKeyCount is null ? [NodeClusterOptions.PatientRequests, NodeClusterOptions.PatientHedges] : (string[])[],
                NodeClusterOptions.PatientHeartbeats,
                "--Dynamo:DownAfterSeconds=300",
            ],
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

            Assert.True(load.FailedReads.Count == 0, $"{load.FailedReads.Count} reads failed.\n{string.Join('\n', load.FailedReads.Take(10))}");
            Assert.Empty(await load.MissingAsync());
            Assert.True(load.Reads > 1000, "The clients hardly read.");
            Assert.True(load.ServedInPassing > 100, $"The nodes that came and went served only {load.ServedInPassing} requests.");
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
        IReadOnlyList<NodeProcess> before = [.. cluster.Nodes];
        var epochBefore = (await before[0].MembersAsync()).Epoch;
        // One partition after the other: long enough to be met in the middle.
        var node = cluster.Add(nodeId, isKilled ? ["--Dynamo:TransfersMax=1"] : []);
        load.Enter($"{nodeId} joins", before, node);
        node.Start();
        if (isKilled)
        {
            await KillWhileCopyingAsync(cluster, before[0], node);
        }

        await cluster.WaitUntilTogetherAsync(Limit);
        await ShouldBeAsPlannedAsync(cluster, plan, nodeId);
        // Copying, switched, done: a join that had been given up or begun anew would have taken more steps.
        Assert.Equal(epochBefore + 3, (await before[0].MembersAsync()).Epoch);
        load.Enter($"with {nodeId}", [.. cluster.Nodes]);
    }

    /// <summary>Kills a node that has announced its join and has copied some partitions but not all, and starts it again.</summary>
    private async Task KillWhileCopyingAsync(NodeCluster cluster, NodeProcess witness, NodeProcess joiner)
    {
        MemberResponse? seen = null;
        await Poll.UntilAsync(
            async () =>
            {
                seen = await RecordAsync();
                return seen is { State: "Pending", Phase: "Copying", Transfer: { PartitionsDone: > 0 } transfer } && transfer.PartitionsDone < transfer.PartitionsTotal;
            },
            Limit,
            () => $"{joiner.Id} is never met copying, last as {seen}.\n{cluster.Output(40)}");
        await joiner.KillAsync();
        var killed = await RecordAsync();
        output.WriteLine($"{joiner.Id} killed with {seen!.Transfer!.PartitionsDone} of {seen.Transfer.PartitionsTotal} partitions copied");
        Assert.Equal(("Pending", "Copying"), (killed!.State, killed.Phase));

        // It is still the same join: nobody gave it up while the node was away, and it goes on by itself.
        joiner.Start();
        await joiner.WaitUntilReadyAsync();
        Assert.Equal(killed.Incarnation, (await RecordAsync())!.Incarnation);

        async Task<MemberResponse?> RecordAsync() => (await witness.MembersAsync()).Members.SingleOrDefault(member => member.NodeId == joiner.Id);
    }

    private async Task LeaveAsync(NodeCluster cluster, SteadyLoad load, string nodeId)
    {
        var leaver = cluster.Node(nodeId);
        var plan = await PlanAsync(cluster, $"?leave={nodeId}");
        load.Enter($"{nodeId} leaves", [.. cluster.Nodes.Where(node => node != leaver)], leaver);
        var (status, body) = await leaver.PostAsync("/admin/leave");
        Assert.True(status == HttpStatusCode.Accepted, body);
        await leaver.WaitUntilLeftAsync(Limit);
        // Nobody goes to a node that has left: a request that meets its end would be cut off.
        load.Enter($"{nodeId} has left", [.. cluster.Nodes.Where(node => node != leaver)]);
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
