using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>A write that one of its replicas missed, while others come and go before anti-entropy has made up for it.</summary>
public class LastCopyTests
{
    private static readonly StorageNodeOptions Engine = new()
    {
        HeartbeatIntervalMs = 200,
        HeartbeatTimeoutMs = 300,
        DownAfterMs = 20_000,
        ExchangeIntervalMs = 3_600_000,
        SloppyQuorum = false,
    };

    [Fact]
    public void Who_stays_gets_what_it_lacks_from_those_who_leave_until_it_is_alone()
    {
        using var scenario = Scenario.Start(Engine, nodes: 3);
        var (first, second, last) = (scenario.Walk[0], scenario.Walk[1], scenario.Walk[2]);
        WriteWithout(scenario, last, at: first);

        Leave(scenario, first);
        Leave(scenario, second);

        Assert.Equal(["kept"], Scenario.ValuesOf(scenario.Get(last).Versions));
    }

    [Fact]
    public void A_removed_member_that_comes_back_with_an_empty_disk_in_the_middle_of_it_is_not_taken_for_whole()
    {
        using var scenario = Scenario.Start(Engine, nodes: 5);
        var (removed, keeper, behind) = (scenario.Walk[0], scenario.Walk[1], scenario.Walk[2]);
        WriteWithout(scenario, behind, at: removed);
        removed.LoseDisk();

        // Those who take over are held up, so that there is a middle.
        var gainers = scenario.Walk.Skip(3).ToList();
        scenario.RunUntil(() => scenario.Remove(keeper, removed.NodeId) is null, "the removal begins");
        gainers.ForEach(gainer => gainer.Crash());
        removed.Start();
        scenario.RunUntil(
            () => removed.IsUp && removed.Engine!.Membership.Current.Members.GetValueOrDefault(removed.NodeId) is { State: MemberState.Leaving, IsRemoved: true },
            "it finds itself removed");
        gainers.ForEach(gainer => gainer.Start());
        scenario.RunUntil(
            () => scenario.Cluster.View is { Ring.IsChanging: false } view && view.Members[removed.NodeId].State != MemberState.Leaving, "the removal is done");

        foreach (var node in (SimulatedNode[])[keeper, behind, .. gainers])
        {
            Assert.Equal(["kept"], Scenario.ValuesOf(scenario.Get(node).Versions));
        }

        var newKeeper = scenario.NodeOf(scenario.Cluster.View.PreferenceListOf(Scenario.SomeKey).Primaries.Single(nodeId => nodeId != keeper.NodeId && nodeId != behind.NodeId));
        Assert.Equal(["kept"], Scenario.ValuesOf(Scenario.StoredAt(newKeeper)));
    }

    private static void WriteWithout(Scenario scenario, SimulatedNode replica, SimulatedNode at)
    {
        replica.Crash();
        Assert.Equal(OperationStatus.Written, scenario.Put(at, "kept", VersionVector.Empty).Status);
        replica.Start();
        scenario.RunUntil(() => scenario.Cluster.AllUp && replica.Engine!.Trouble is null, "the replica is back");
        Assert.Empty(Scenario.ValuesOf(Scenario.StoredAt(replica)));
    }

    private static void Leave(Scenario scenario, SimulatedNode node)
    {
        scenario.Leave(node);
        scenario.RunUntil(() => node.Engine!.HasLeft, $"{node.NodeId} has left");
        scenario.Destroy(node);
    }
}
