using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>What a node waits for that comes to a cluster.</summary>
public class NewcomerTests
{
    private static readonly StorageNodeOptions Engine = new() { HeartbeatIntervalMs = 1_000, HeartbeatTimeoutMs = 500, SyncPatienceMs = 2_000 };

    private static readonly IReadOnlyList<Key> Keys = ManyKeys.Of(40);

    /// <summary>Before, it is a stranger to them, and they refuse what it asks.</summary>
    [Fact]
    public void A_node_that_was_long_in_finding_its_cluster_serves_when_the_others_know_it()
    {
        using var scenario = Scenario.Start(Engine);
        ManyKeys.WriteAll(scenario, Keys);
        var others = scenario.Cluster.Nodes.Select(node => node.NodeId).ToHashSet(StringComparer.Ordinal);
        var newcomer = scenario.Join();
        var heal = scenario.Cluster.Network.Conditions.Cut(others, new HashSet<string>(StringComparer.Ordinal) { newcomer.NodeId });
        scenario.Run(TimeSpan.FromMilliseconds(2 * Engine.SyncPatienceMs));
        Assert.NotNull(newcomer.Engine!.Trouble);

        heal();
        // Far away, so that it takes its time until all have heard of it.
        scenario.Cluster.Network.Conditions.Slow(newcomer.NodeId, TimeSpan.FromMilliseconds(100));
        scenario.RunUntil(() => newcomer.Engine!.Trouble is null, "the newcomer serves");

        Assert.All(Keys, key => Assert.Equal(OperationStatus.Found, scenario.Do(newcomer, new GetKey(key, null)).Status));
    }

    [Fact]
    public void A_node_takes_over_only_when_the_members_would_know_of_it_after_a_crash()
    {
        using var scenario = Scenario.Start(Engine, nodes: 1);
        var member = scenario.Cluster.Nodes[0];
        member.Disk.IsFull = true;
        var newcomer = scenario.Join();
        scenario.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(ChangePhase.Copying, newcomer.Engine!.Membership.Current.Members[newcomer.NodeId].Phase);
        Assert.Contains("could not write the change down", newcomer.Engine!.ChangeWaitsFor, StringComparison.Ordinal);

        member.Disk.IsFull = false;
        scenario.RunUntil(() => newcomer.Engine!.Membership.Current.Members[newcomer.NodeId] is { State: MemberState.Ready, Phase: ChangePhase.None }, "the newcomer is ready");
    }
}
