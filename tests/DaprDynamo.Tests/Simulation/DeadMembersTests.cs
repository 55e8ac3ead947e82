using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>More than one member dies for ever. As long as each key has one copy left, an operator gets a whole cluster back.</summary>
public class DeadMembersTests
{
    private static readonly StorageNodeOptions Engine = new()
    {
        HeartbeatIntervalMs = 200,
        HeartbeatTimeoutMs = 300,
        DownAfterMs = 2_000,
        ExchangeIntervalMs = 2_000,
    };

    private static readonly TimeSpan UntilDown = TimeSpan.FromSeconds(5);

    private static readonly IReadOnlyList<Key> Keys = [.. Enumerable.Range(1, 40).Select(number => Key.FromText($"key-{number}"))];

    /// <summary>Whoever the two are: neighbours on the ring keep keys together, and one may be what the other's place would fall to.</summary>
    public static TheoryData<int, int> Pairs
    {
        get
        {
            var pairs = new TheoryData<int, int>();
            foreach (var (first, second) in Enumerable.Range(1, 6).SelectMany(first => Enumerable.Range(1, 6).Where(second => second != first).Select(second => (first, second))))
            {
                pairs.Add(first, second);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Two_of_six_die_and_are_removed_one_after_the_other_and_the_others_serve_all_data(int first, int second)
    {
        using var scenario = Scenario.Start(Engine, nodes: 6);
        WriteAll(scenario);
        List<SimulatedNode> dead = [scenario.NodeOf($"node-{first}"), scenario.NodeOf($"node-{second}")];
        dead.ForEach(scenario.Destroy);
        scenario.Run(UntilDown);

        foreach (var node in dead)
        {
            RemoveUntilItHasBegun(scenario, node, isForced: false);
            UntilGone(scenario, node);
        }

        ReadAll(scenario);
    }

    [Fact]
    public void Two_of_three_die_and_are_removed_by_force_and_the_last_serves_its_data()
    {
        using var scenario = Scenario.Start(Engine, nodes: 3);
        WriteAll(scenario);
        var dead = scenario.Walk.Take(2).ToList();
        dead.ForEach(scenario.Destroy);
        scenario.Run(UntilDown);

        // Without force nobody may: the two may be the majority that goes on elsewhere.
        Assert.NotNull(scenario.Remove(scenario.Cluster.Nodes[0], dead[0].NodeId));
        foreach (var node in dead)
        {
            RemoveUntilItHasBegun(scenario, node, isForced: true);
            UntilGone(scenario, node);
        }

        ReadAll(scenario);
    }

    /// <summary>Tried again as an operator would: the first time another change may be going on.</summary>
    private static void RemoveUntilItHasBegun(Scenario scenario, SimulatedNode dead, bool isForced)
    {
        var objection = "";
        for (var tries = 0; tries < 20 && objection is not null; tries++)
        {
            objection = scenario.Remove(scenario.Cluster.Nodes[0], dead.NodeId, isForced);
            scenario.Run(TimeSpan.FromMilliseconds(500));
        }

        Assert.Null(objection);
    }

    private static void UntilGone(Scenario scenario, SimulatedNode dead) => scenario.RunUntil(
        () => scenario.Cluster.Nodes.All(node => node.Engine!.Membership.Current is { Ring.IsChanging: false } view
            && view.Members[dead.NodeId] is { State: MemberState.Left, IsRemoved: true }),
        $"{dead.NodeId} is removed");

    private static void WriteAll(Scenario scenario)
    {
        for (var i = 0; i < Keys.Count; i++)
        {
            // On all three of its replicas, so that one is left when two are dead.
            var put = scenario.Do(scenario.Cluster.Nodes[i % scenario.Cluster.Nodes.Count], new PutKey(Keys[i], 3, "1"u8.ToArray(), VersionVector.Empty));
            Assert.Equal(OperationStatus.Written, put.Status);
        }
    }

    private static void ReadAll(Scenario scenario)
    {
        foreach (var node in scenario.Cluster.Nodes)
        {
            Assert.All(Keys, key => Assert.Equal(["1"], Scenario.ValuesOf(scenario.Do(node, new GetKey(key, null)).Versions)));
        }
    }
}
