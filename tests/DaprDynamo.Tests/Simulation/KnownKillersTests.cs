using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>What has cost users of such systems their data or their sleep, played through step by step.</summary>
public class KnownKillersTests
{
    private static readonly StorageNodeOptions Engine = new()
    {
        HeartbeatIntervalMs = 200,
        HeartbeatTimeoutMs = 300,
        ExchangeIntervalMs = 2_000,
        TombstoneGraceMs = 2_000,
        MessageLifetimeMs = 3_000,
        HandoffInFlightMax = 4,
    };

    private static readonly TimeSpan LongAfterReaping = TimeSpan.FromMinutes(2);

    /// <summary>Sibling explosion: values multiply when stand-ins coordinate writes and hand them over (riak_kv#1648, riak_kv#746).</summary>
    [Fact]
    public void Siblings_do_not_multiply_when_stand_ins_write_and_hand_over_again_and_again()
    {
        using var scenario = Scenario.Start(Engine, nodes: 6);
        var (primaries, standIn) = (scenario.Walk.Take(3).ToList(), scenario.Walk[4]);
        var clock = scenario.Put(primaries[0], "0", VersionVector.Empty).Seen;
        for (var round = 1; round <= 15; round++)
        {
            primaries.ForEach(node => node.Crash());
            clock = Written(scenario.Put(standIn, $"{round} by a stand-in", clock)).Seen;
            clock = Written(scenario.Put(scenario.Walk[3], $"{round} by another", clock)).Seen;
            primaries.ForEach(node => node.Start());
            scenario.RunUntil(() => scenario.Cluster.AllUp && scenario.IsSettled(Scenario.SomeKey), "hints are handed over");

            var read = scenario.Get(primaries[round % 3]);
            Assert.Equal([$"{round} by another"], Scenario.ValuesOf(read.Versions));
            clock = read.Seen;
        }
    }

    /// <summary>Deleted data that returns through a hint that was away while its key was deleted (scylladb#23712).</summary>
    [Fact]
    public void A_hint_that_was_away_while_its_key_was_deleted_does_not_bring_the_value_back()
    {
        using var scenario = Scenario.Start(Engine);
        var (coordinator, absent, standIn) = (scenario.Walk[0], scenario.Walk[1], scenario.Walk[3]);
        absent.Crash();
        var written = Written(scenario.Put(coordinator, "deleted later", VersionVector.Empty, quorum: 3));
        Assert.Equal(1, Scenario.HintsAt(standIn));
        standIn.Crash();
        absent.Start();
        scenario.RunUntil(() => !Scenario.StoredAt(absent).IsEmpty, "anti-entropy brings the absent replica up to date");

        Assert.Equal(OperationStatus.Deleted, scenario.Delete(coordinator, written.Seen).Status);
        scenario.Run(LongAfterReaping);
        Assert.All(scenario.Walk.Take(3), node => Assert.True(Scenario.StoredAt(node).IsTombstone));
        Assert.True(scenario.Cluster.Nodes.Where(node => node.IsUp).Sum(node => node.Engine!.TombstonesWaiting.MemberAway) > 0);

        standIn.Start();
        scenario.RunUntil(() => Everywhere(scenario, node => Scenario.HintsAt(node) == 0 && Scenario.StoredAt(node).IsEmpty), "the tombstone is reaped");
        scenario.Run(LongAfterReaping);
        Assert.All(scenario.Walk, node => Assert.Equal(OperationStatus.NotFound, scenario.Get(node).Status));
    }

    /// <summary>Tombstones that never go (riak_kv#311, riak_kv#1850), and those that take what was written after them: the doomstone (riak_kv#679).</summary>
    [Fact]
    public void Tombstones_go_and_a_key_written_again_is_not_taken_by_its_old_tombstone()
    {
        using var scenario = Scenario.Start(Engine);
        var (coordinator, absent) = (scenario.Walk[0], scenario.Walk[2]);
        var written = Written(scenario.Put(coordinator, "first life", VersionVector.Empty, quorum: 3));
        absent.Crash();
        Assert.Equal(OperationStatus.Deleted, scenario.Delete(coordinator, written.Seen).Status);
        absent.Start();
        scenario.RunUntil(() => Everywhere(scenario, node => Scenario.StoredAt(node).IsEmpty && Scenario.HintsAt(node) == 0), "the tombstone is reaped");

        Written(scenario.Put(coordinator, "second life", VersionVector.Empty));
        scenario.Run(LongAfterReaping);
        Assert.All(scenario.Walk.Take(3), node => Assert.Equal(["second life"], Scenario.ValuesOf(Scenario.StoredAt(node))));
    }

    /// <summary>A hint storm: a node that comes back is drowned by all that was kept for it (scylladb#8863, scylladb#10429).</summary>
    [Fact]
    public void A_node_that_comes_back_gets_its_hints_a_few_at_a_time_and_serves_clients_meanwhile()
    {
        const int keys = 600;
        using var scenario = Scenario.Start(Engine with { ExchangeIntervalMs = 600_000 });
        var back = scenario.Walk[1];
        var others = scenario.Cluster.Nodes.Where(node => node != back).ToList();
        back.Crash();
        for (var number = 0; number < keys; number++)
        {
            var key = Key.FromText($"key {number}");
            Written(scenario.Do(others[number % others.Count], new PutKey(key, null, "1"u8.ToArray(), VersionVector.Empty)));
        }

        var hints = others.Sum(Scenario.HintsAt);
        Assert.InRange(hints, keys / 3, keys);

        back.Start();
        scenario.RunUntil(() => back.IsUp, "the node is back");
        var mostAtOnce = 0;
        var slowest = TimeSpan.Zero;
        while (others.Sum(Scenario.HintsAt) > 0)
        {
            mostAtOnce = Math.Max(mostAtOnce, scenario.Cluster.Network.ListenerAt(back.NodeId)!.InProgress.Count);
            var begun = scenario.Now;
            Assert.Equal(OperationStatus.NotFound, scenario.Do(back, new GetKey(Key.FromText("unknown"), null)).Status);
            slowest = scenario.Now - begun > slowest ? scenario.Now - begun : slowest;
            scenario.Run(TimeSpan.FromMilliseconds(3));
        }

        // Each of the others may have so many on their way; its heartbeats and the client's reads come on top.
        Assert.InRange(mostAtOnce, 1, others.Count * (Engine.HandoffInFlightMax + 2));
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
    }

    /// <summary>A node that lost its disk counts anew from one, and its writes are taken for old ones (riak_kv#679).</summary>
    [Fact]
    public void A_node_that_lost_its_disk_and_comes_back_with_its_name_loses_no_write_and_repeats_no_version()
    {
        using var scenario = Scenario.Start(Engine);
        var node = scenario.Walk[0];
        var clock = VersionVector.Empty;
        for (var number = 0; number < 5; number++)
        {
            clock = Written(scenario.Put(node, $"before {number}", clock)).Seen;
        }

        node.LoseDisk();
        node.Start();
        scenario.RunUntil(() => node.IsUp && node.Engine!.Trouble is null, "the node is back");

        // Written at once, before it holds again what it knew; by a client that has read nothing.
        Written(scenario.Put(node, "after", VersionVector.Empty));
        scenario.RunUntil(() => scenario.IsSettled(Scenario.SomeKey), "the replicas come together");
        Assert.All(scenario.Walk.Take(3), replica => Assert.Equal(["after", "before 4"], Scenario.ValuesOf(Scenario.StoredAt(replica))));
    }

    /// <summary>Two coordinators with one actor: a disk restored from a backup repeats what it counted since (riak_kv#679, backup and restore).</summary>
    [Fact]
    public void A_record_let_go_and_taken_up_again_is_counted_under_another_actor()
    {
        using var scenario = Scenario.Start(Engine);
        var coordinator = scenario.Walk[0];
        var actors = new HashSet<Actor>();
        for (var life = 0; life < 4; life++)
        {
            var written = Written(scenario.Put(coordinator, $"life {life}", VersionVector.Empty));
            var dot = Assert.Single(written.Versions.Siblings).Dot;
            Assert.True(actors.Add(dot.Actor), $"{dot} was counted before.");
            Assert.Equal(OperationStatus.Deleted, scenario.Delete(coordinator, written.Seen).Status);
            scenario.RunUntil(() => Everywhere(scenario, node => Scenario.StoredAt(node).IsEmpty), "the tombstone is reaped");
        }
    }

    /// <summary>A clock that goes backwards: later writes lose against earlier ones, deletes against what they deleted (scylladb#3118, scylladb#10966).</summary>
    [Fact]
    public void A_clock_that_goes_backwards_changes_nothing_about_which_write_is_newer()
    {
        using var scenario = Scenario.Start(Engine);
        var coordinator = scenario.Walk[0];
        var clock = Written(scenario.Put(coordinator, "at noon", VersionVector.Empty)).Seen;

        coordinator.WallClock.Skew = -TimeSpan.FromHours(5);
        clock = Written(scenario.Put(coordinator, "in the morning", clock)).Seen;
        Assert.All(scenario.Walk, node => Assert.Equal(["in the morning"], Scenario.ValuesOf(scenario.Get(node).Versions)));

        coordinator.WallClock.Skew = -TimeSpan.FromHours(9);
        Assert.Equal(OperationStatus.Deleted, scenario.Delete(coordinator, clock).Status);
        Assert.All(scenario.Walk, node => Assert.Equal(OperationStatus.NotFound, scenario.Get(node).Status));
        scenario.RunUntil(() => Everywhere(scenario, node => Scenario.StoredAt(node).IsEmpty), "the tombstone is reaped all the same");
    }

    private static bool Everywhere(Scenario scenario, Func<SimulatedNode, bool> condition) => scenario.Cluster.AllUp && scenario.Cluster.Nodes.All(condition);

    private static OperationResult Written(OperationResult result)
    {
        Assert.Equal(OperationStatus.Written, result.Status);
        return result;
    }
}
