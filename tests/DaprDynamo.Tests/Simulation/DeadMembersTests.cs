using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
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

    private static readonly IReadOnlyList<Key> Keys = ManyKeys.Of(40);

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

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Who_was_silent_while_others_took_over_copies_anew_before_its_word_counts(int first, bool isOnlyFrozen)
    {
        using var scenario = Scenario.Start(Engine, nodes: 6);
        WriteAll(scenario);
        var dead = scenario.NodeOf($"node-{first}");
        var silent = scenario.NodeOf(GainersOfRemoving(scenario, dead).First());
        var others = scenario.Cluster.Nodes.Where(node => node != dead && node != silent).ToList();
        scenario.Destroy(dead);
        if (isOnlyFrozen)
        {
            silent.Process!.Pause();
        }
        else
        {
            silent.Crash();
        }

        scenario.Run(UntilDown);
        RemoveUntilItHasBegun(scenario, dead, isForced: false, others);
        UntilGone(scenario, dead, others);
        Assert.Equal(silent.NodeId, Assert.Single(others[0].Engine!.Membership.Current.Members[dead.NodeId].LeftOut));
        foreach (var key in Keys)
        {
            var known = scenario.Do(others[0], new GetKey(key, null)).Versions;
            Assert.Equal(OperationStatus.Written, scenario.Do(others[0], new PutKey(key, null, "2"u8.ToArray(), known.Context)).Status);
        }

        if (isOnlyFrozen)
        {
            silent.Process!.Resume();
        }
        else
        {
            silent.Start();
        }

        // From the first moment on: it believes itself to keep what it kept, and is asked for what it does not.
        var whole = false;
        for (var rounds = 0; rounds < 200 && !whole; rounds++)
        {
            foreach (var key in Keys.Where((_, index) => index % 10 == rounds % 10))
            {
                Assert.Equal(["2"], Scenario.ValuesOf(scenario.Do(others[rounds % others.Count], new GetKey(key, null)).Versions));
            }

            scenario.Run(TimeSpan.FromMilliseconds(50));
            whole = silent.Engine is { Trouble: null } && Keys.All(scenario.IsSettled);
        }

        Assert.True(whole, $"{silent.NodeId} does not come to hold what it is said to keep.");
        ReadAll(scenario, "2");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_removed_member_joins_anew_only_when_who_was_silent_meanwhile_has_heard_of_it(int first)
    {
        using var scenario = Scenario.Start(Engine with { ExchangeIntervalMs = 3_600_000 }, nodes: 6);
        WriteAll(scenario);
        var removed = scenario.NodeOf($"node-{first}");
        var silent = scenario.NodeOf(GainersOfRemoving(scenario, removed).First());
        var others = scenario.Cluster.Nodes.Where(node => node != removed && node != silent).ToList();
        removed.LoseDisk();
        silent.Crash();
        scenario.Run(UntilDown);
        RemoveUntilItHasBegun(scenario, removed, isForced: false, others);
        UntilGone(scenario, removed, others);

        removed.Start();
        scenario.RunUntil(() => removed.Engine?.Trouble?.Contains($"joins anew when {silent.NodeId}", StringComparison.Ordinal) == true, "it says whom it waits for");
        silent.Start();
        scenario.RunUntil(
            () => scenario.Cluster.IsAtRest && scenario.Cluster.View.Members[removed.NodeId] is { State: MemberState.Ready }, "it has joined anew");

        scenario.RunUntil(() => Keys.All(scenario.IsSettled), "each keeper holds what it is said to keep");
        ReadAll(scenario);
    }

    private static IEnumerable<string> GainersOfRemoving(Scenario scenario, SimulatedNode dead)
    {
        var view = scenario.Cluster.View;
        var removed = RingPlans.Remove(view.Settings.Space, view.Settings.Quorum.Replicas, [.. view.Members.Values], view.Members[dead.NodeId]);
        return view.With([removed]).Ring.Moves.Gainers;
    }

    /// <summary>Tried again as an operator would: the first time another change may be going on.</summary>
    private static void RemoveUntilItHasBegun(Scenario scenario, SimulatedNode dead, bool isForced, IReadOnlyList<SimulatedNode>? others = null)
    {
        var objection = "";
        for (var tries = 0; tries < 20 && objection is not null; tries++)
        {
            objection = scenario.Remove((others ?? scenario.Cluster.Nodes)[0], dead.NodeId, isForced);
            scenario.Run(TimeSpan.FromMilliseconds(500));
        }

        Assert.Null(objection);
    }

    private static void UntilGone(Scenario scenario, SimulatedNode dead, IReadOnlyList<SimulatedNode>? others = null) => scenario.RunUntil(
        () => (others ?? scenario.Cluster.Nodes).All(node => node.Engine!.Membership.Current is { Ring.IsChanging: false } view
            && view.Members[dead.NodeId] is { State: MemberState.Left, IsRemoved: true }),
        $"{dead.NodeId} is removed");

    /// <summary>On all three of its replicas each, so that one is left when two are dead.</summary>
    private static void WriteAll(Scenario scenario) => ManyKeys.WriteAll(scenario, Keys, quorum: 3);

    private static void ReadAll(Scenario scenario, string value = "1")
    {
        foreach (var node in scenario.Cluster.Nodes)
        {
            Assert.All(Keys, key => Assert.Equal([value], Scenario.ValuesOf(scenario.Do(node, new GetKey(key, null)).Versions)));
        }
    }
}
