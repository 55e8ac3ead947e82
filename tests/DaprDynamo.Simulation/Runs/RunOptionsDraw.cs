using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Network;

namespace DaprDynamo.Simulation.Runs;

/// <summary>Draws a run's options from its seed.</summary>
internal static class RunOptionsDraw
{
    private static readonly (int Replicas, int Read, int Write)[] OtherQuorums =
        [(3, 1, 3), (3, 3, 1), (3, 1, 1), (3, 1, 2), (3, 2, 3), (2, 1, 2), (2, 2, 1), (1, 1, 1), (4, 2, 3), (5, 3, 3), (5, 2, 3)];

    private static readonly ChangeKind[] MemberDestroyers = [ChangeKind.Remove, ChangeKind.Replace];

    private static readonly FaultKind[] DiskDestroyers = [FaultKind.DiskLost, FaultKind.BitRot];

    /// <summary>The seed's run.</summary>
    internal static RunOptions Of(long seed) => AimedDraw.Of(General(seed));

    /// <summary>The seed's run before it is made for anything.</summary>
    internal static RunOptions General(long seed)
    {
        var random = new SeedStreams(seed).Open("options");
        var nodes = random.Next(3, 8);
        var (replicas, read, write) = random.Chance(0.6) ? (3, 2, 2) : random.Pick([.. OtherQuorums.Where(quorum => quorum.Replicas <= nodes)]);
        var kinds = Enum.GetValues<FaultKind>().Where(_ => random.Chance(0.45)).ToList();
        if (write < 2)
        {
            // One disk may hold the only copy of an acknowledged write: losing it is no bug.
            kinds.RemoveAll(kind => DiskDestroyers.Contains(kind));
        }

        // From a stream of its own: the rest of a run stays as it is when changes are left out.
        var comingAndGoing = new SeedStreams(seed).Open("changes");
        var changes = DrawChanges(comingAndGoing, write);
        var losesDisk = kinds.Exists(kind => DiskDestroyers.Contains(kind)) || changes.Kinds.Intersect(MemberDestroyers).Any();
        var faultDurationMax = random.BetweenMs(500, 5_000);

        // Tombstones are only reaped while all members are there, and old messages are only a danger when they outlast that:
        // some runs are made for it.
        var reapsOften = random.Chance(0.25);
        return new RunOptions
        {
            Seed = seed,
            Nodes = nodes,
            Partitions = random.Pick([8, 16, 32]),
            Quorum = new QuorumSettings(replicas, read, write),
            Engine = DrawEngine(random, reapsOften) with
            {
                DownAfterMs = comingAndGoing.Next(2_000, 6_000),
                SyncPatienceMs = comingAndGoing.Next(1_000, 4_000),
                ChangeRetryMsMax = comingAndGoing.Pick([50, 500]),
                TransfersMax = comingAndGoing.Pick([1, 4]),
                TransferPageSizeBytes = comingAndGoing.Pick([1, 200, 256 * 1024]),
            },
            Clients = DrawClients(random, losesDisk, reapsOften),
            Network = DrawNetwork(random, faultDurationMax, reapsOften),
            Disks = DrawDisks(random),
            Faults = new FaultOptions(
                kinds,
                reapsOften ? random.BetweenMs(3_000, 8_000) : random.BetweenMs(200, 3_000),
                reapsOften ? faultDurationMax / 4 : faultDurationMax,
                IsNetworkUnreliable: reapsOften || random.Chance(0.6)),
            Changes = changes,
        };
    }

    private static ChangeOptions DrawChanges(Random random, int write)
    {
        if (random.Chance(0.4))
        {
            return ChangeOptions.None;
        }

        var kinds = Enum.GetValues<ChangeKind>().Where(_ => random.Chance(0.6)).ToList();
        if (write < 2)
        {
            kinds.RemoveAll(kind => MemberDestroyers.Contains(kind));
        }

        return new(kinds, random.BetweenMs(300, 4_000), random.Next(1, 6));
    }

    private static StorageNodeOptions DrawEngine(Random random, bool reapsOften) => new()
    {
        SloppyQuorum = random.Chance(0.6),
        HedgeDelayMsMin = random.Pick([1, 10]),
        HedgeDelayMsMax = random.Pick([20, 50, 250]),
        BackgroundTasksMax = random.Pick([4, 4096]),
        BackgroundMergesMax = random.Pick([2, 64]),
        Limits = random.Chance(0.3) ? new RecordLimits(SiblingsMax: random.Next(2, 8), ValuesSizeBytesMax: 1_000) : RecordLimits.Default,
        HeartbeatIntervalMs = random.Pick([100, 300, 1_000]),
        HeartbeatTimeoutMs = random.Pick([100, 300, 1_000]),
        HintsMax = random.Pick([1, 4, 1_000_000, 1_000_000]),
        HintAgeMsMax = random.Next(500, 20_000),
        HandoffInFlightMax = random.Pick([1, 8]),
        ExchangeIntervalMs = reapsOften ? random.Next(3_000, 20_000) : random.Next(300, 5_000),
        TombstoneGraceMs = reapsOften ? random.Next(0, 300) : random.Next(0, 5_000),

        // Far less than the network keeps some messages: those are to be refused.
        MessageLifetimeMs = reapsOften ? random.Next(500, 2_000) : random.Next(2_000, 8_000),
    };

    private static ClientOptions DrawClients(Random random, bool losesDisk, bool reapsOften) => new()
    {
        Clients = random.Next(1, 7),
        Keys = reapsOften ? random.Next(10, 40) : random.Pick([1, 2, 3, 5, 8, 12]),
        Operations = random.Next(150, 401),
        ThinkTimeMean = random.BetweenMs(5, 120),
        TimeoutMin = TimeSpan.FromMilliseconds(100),
        TimeoutMax = random.BetweenMs(300, 4_000),
        QuorumOverrideProbability = random.Pick([0, 0.05, 0.3]),
        WriteQuorumMin = losesDisk ? 2 : 1,
        StaleClockProbability = random.Pick([0.02, 0.1, 0.3]),
        BlindWriteProbability = random.Pick([0, 0.05, 0.2]),
        GetShare = random.Pick([0.2, 0.35, 0.5]),
        CreateShare = random.Pick([0.05, 0.15]),
        DeleteShare = reapsOften ? 0.3 : random.Pick([0, 0.1, 0.25]),
        AbandonProbability = random.Pick([0, 0.03]),
    };

    private static NetworkOptions DrawNetwork(Random random, TimeSpan pauseMax, bool reapsOften) => new()
    {
        DelayMin = TimeSpan.FromMilliseconds(0.1),
        DelayMax = random.Pick([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(40)]),
        StragglerProbability = random.Pick([0, 0.01, 0.1]),
        StragglerDelayMax = random.BetweenMs(20, 1_500),
        LossProbability = random.Pick([0, 0.01, 0.05, 0.15]),
        DuplicateProbability = reapsOften ? 0.15 : random.Pick([0, 0.02, 0.1]),
        LateDuplicateProbability = reapsOften ? 0.6 : random.Pick([0, 0.1, 0.5]),

        OverloadProbability = random.Pick([0, 0, 0.02]),

        // A frozen node takes in what has arrived when it goes on: still within the lifetime that engines are told of.
        MessageLifetime = pauseMax + random.BetweenMs(5_000, 15_000),
        CrashResetsConnections = random.Chance(0.7),
        GivingUpCancelsHandlers = random.Chance(0.5),
    };

    private static DiskOptions DrawDisks(Random random) => new()
    {
        ReadDelayMax = random.BetweenMs(0.05, 3),
        SyncDelayMin = TimeSpan.FromMilliseconds(0.2),
        SyncDelayMax = random.BetweenMs(1, 20),
        ChangesMax = random.Chance(0.2) ? random.Next(3, 10) : 1_000,
        RepeatProbability = random.Pick([0, 0.05]),
    };
}
