using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Faults;

/// <summary>Lets mishaps befall a cluster, one after the other and several at a time, until it is told to heal everything.</summary>
internal sealed class FaultInjector(Simulator simulator, SimulatedCluster cluster, FaultOptions options, Random random)
{
    private static readonly TimeSpan ClockJumpMax = TimeSpan.FromMinutes(10);

    private bool _healed;

    internal FaultCounts Counts { get; } = new();

    internal void Start()
    {
        cluster.Network.Conditions.IsUnreliable = options.IsNetworkUnreliable;
        ScheduleNext();
    }

    /// <summary>Everything that can be made good is: all nodes up, all lines whole, all disks sound.</summary>
    internal void HealAll()
    {
        _healed = true;
        cluster.Network.Conditions.Heal();
        foreach (var node in cluster.Nodes)
        {
            (node.Disk.IsFull, node.Disk.Slowness) = (false, TimeSpan.Zero);
            node.Disk.NextChangeWaits = null;
            node.Process?.Resume();
            if (node.Disk.HasRot)
            {
                // Found by the operator who goes over all disks now, if by nobody before.
                node.LoseDisk();
            }

            node.Start();
        }
    }

    private void ScheduleNext()
    {
        if (options.Kinds.Count > 0)
        {
            simulator.Schedule(random.Exponential(options.Interval), null, () =>
            {
                if (!_healed)
                {
                    Inject(random.Pick(options.Kinds));
                    ScheduleNext();
                }
            });
        }
    }

    private void Inject(FaultKind kind)
    {
        var node = random.Pick(cluster.Nodes);
        if (!TryInject(kind, node))
        {
            return;
        }

        Counts.Add(kind);
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add((int)kind);
        simulator.Digest.Add(node.NodeId);
        simulator.Trace.Write(simulator.NowTicks, "fault", $"{kind} ({node.NodeId})");
    }

    private bool TryInject(FaultKind kind, SimulatedNode node)
    {
        switch (kind)
        {
            case FaultKind.Crash:
                return TryCrash([node]);
            case FaultKind.CrashSeveral:
                return TryCrash([.. cluster.Nodes.Where(_ => random.Chance(0.5))]);
            case FaultKind.CrashAll:
                return TryCrash(cluster.Nodes);
            case FaultKind.CrashWhileWriting:
                // A crash at any other moment mostly finds nothing under way that could be lost.
                node.Disk.NextChangeWaits = () => simulator.Schedule(
                    random.Between(TimeSpan.Zero, node.Disk.Options.SyncDelayMax + node.Disk.Options.ReadDelayMax),
                    null,
                    () => _ = !_healed && TryCrash([node]));
                return true;
            case FaultKind.DiskLost when !cluster.IsDiskDestroyed:
                cluster.IsDiskDestroyed = true;
                node.LoseDisk();
                node.StartAfter(Duration());
                return true;
            case FaultKind.BitRot when !cluster.IsDiskDestroyed:
                return cluster.IsDiskDestroyed = DiskRot.TryBegin(node.Disk, cluster, random);
            case FaultKind.DiskFull:
                node.Disk.IsFull = true;
                After(() => node.Disk.IsFull = false);
                return true;
            case FaultKind.DiskSlow:
                node.Disk.Slowness = random.BetweenMs(5, 400);
                After(() => node.Disk.Slowness = TimeSpan.Zero);
                return true;
            case FaultKind.CutBothWays:
            case FaultKind.CutOneWay:
                return TryCut(oneWay: kind == FaultKind.CutOneWay);
            case FaultKind.LossyNetwork:
                cluster.Network.Conditions.IsUnreliable = true;
                cluster.Network.Conditions.ExtraLoss = random.NextDouble() * 0.5;
                After(() => cluster.Network.Conditions.ExtraLoss = 0);
                return true;
            case FaultKind.SlowNode:
                After(cluster.Network.Conditions.Slow(node.NodeId, random.BetweenMs(5, 800)));
                return true;
            case FaultKind.ClockJump:
                node.WallClock.Skew += random.Between(-ClockJumpMax, ClockJumpMax);
                return true;
            case FaultKind.Pause when node.Process is { IsPaused: false } process:
                process.Pause();
                After(process.Resume);
                return true;
            default:
                return false;
        }
    }

    private bool TryCrash(IReadOnlyList<SimulatedNode> nodes)
    {
        var running = nodes.Where(node => node.Process is not null).ToList();
        foreach (var node in running)
        {
            node.Crash();
            node.StartAfter(Duration());
        }

        return running.Count > 0;
    }

    private bool TryCut(bool oneWay)
    {
        var all = cluster.Nodes.Select(node => node.NodeId).ToList();
        var some = all.Where(_ => random.Chance(0.5)).ToHashSet(StringComparer.Ordinal);
        var others = all.Where(nodeId => !some.Contains(nodeId)).ToHashSet(StringComparer.Ordinal);
        if (some.Count == 0 || others.Count == 0)
        {
            return false;
        }

        After(cluster.Network.Conditions.Cut(some, others));
        if (!oneWay)
        {
            After(cluster.Network.Conditions.Cut(others, some));
        }

        return true;
    }

    private TimeSpan Duration() => random.Between(TimeSpan.FromMilliseconds(20), options.DurationMax);

    private void After(Action undo) => simulator.Schedule(Duration(), null, () =>
    {
        if (!_healed)
        {
            undo();
        }
    });
}
