using DaprDynamo.Cluster;
using DaprDynamo.Core.Membership;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Newcomers that cannot join: they are to keep nobody else from anything.</summary>
public class WaitingLineTests
{
    private static readonly StorageNodeOptions Engine = new() { HeartbeatIntervalMs = 200, HeartbeatTimeoutMs = 300, DownAfterMs = 2_000 };

    [Fact]
    public void A_newcomer_that_is_to_replace_a_living_member_lets_others_pass()
    {
        using var scenario = Scenario.Start(Engine, nodes: 3);
        var stuck = WithoutAChance(scenario);

        var other = scenario.Join();

        scenario.RunUntil(() => IsReady(scenario, other), "the other has joined");
        Assert.Equal(MemberState.New, scenario.Cluster.View.Members[stuck.NodeId].State);
    }

    [Fact]
    public void Any_number_of_dead_newcomers_keeps_no_member_from_leaving()
    {
        using var scenario = Scenario.Start(Engine, nodes: 4);
        foreach (var newcomer in Enumerable.Range(0, 5).Select(_ => WithoutAChance(scenario)).ToList())
        {
            scenario.Destroy(newcomer);
        }

        var leaver = scenario.Cluster.Nodes[3];
        scenario.Leave(leaver);

        scenario.RunUntil(() => leaver.Engine!.HasLeft, "the member has left");
    }

    private static SimulatedNode WithoutAChance(Scenario scenario)
    {
        var stuck = scenario.Join(replaces: "node-1");
        scenario.RunUntil(() => scenario.Cluster.View.Members.GetValueOrDefault(stuck.NodeId) is { State: MemberState.New }, "the others know it");
        return stuck;
    }

    private static bool IsReady(Scenario scenario, SimulatedNode node) =>
        scenario.Cluster.View.Members.GetValueOrDefault(node.NodeId) is { State: MemberState.Ready, Phase: ChangePhase.None };
}
