using System.Globalization;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Checkers;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Runs;

/// <summary>
/// Looks at the disks again and again while the ring changes: in a run in which no node crashes and no disk is lost, every
/// acknowledged write that nothing has replaced is at all times on as many disks as acknowledged it, though never more than
/// N - 1 are asked for: the last copy may still be on its way.
/// </summary>
internal sealed class CopiesWatch(Simulator simulator, SimulatedCluster cluster, RunOptions options, History history)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(200);

    private static readonly FaultKind[] Crashes =
        [FaultKind.Crash, FaultKind.CrashSeveral, FaultKind.CrashAll, FaultKind.CrashWhileWriting, FaultKind.DiskLost, FaultKind.BitRot];

    private readonly List<string> _violations = [];
    private bool _isOver;

    internal IReadOnlyList<string> Violations => _violations;

    internal void Start()
    {
        if (options.Changes.Kinds.Count > 0 && !options.Faults.Kinds.Intersect(Crashes).Any()
            && !options.Changes.Kinds.Intersect([ChangeKind.Remove, ChangeKind.Replace]).Any())
        {
            simulator.Schedule(LooksEvery, null, Look);
        }
    }

    internal void End() => _isOver = true;

    private void Look()
    {
        if (_isOver || _violations.Count > 0)
        {
            return;
        }

        var writes = history.Entries.Where(entry => entry.IsAcknowledgedWrite && WriteIndex.DotOf(entry) is not null).GroupBy(entry => entry.Key);
        var deleted = history.Entries.Where(entry => entry.Operation is Cluster.Operations.DeleteKey).Select(entry => entry.Key).ToHashSet();
        foreach (var key in writes.Where(group => !deleted.Contains(group.Key)))
        {
            var held = cluster.Nodes.Select(node => HeldBy(node, key.Key)).ToList();
            foreach (var write in key)
            {
                var dot = WriteIndex.DotOf(write)!.Value;
                var copies = held.Count(versions => versions.Context.Contains(dot));
                var copiesMin = Math.Min(write.Result!.Needed, options.Quorum.Replicas - 1);
                if (copies < copiesMin)
                {
                    _violations.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"CopiesWatch: key '{key.Key}': at {simulator.Now.TotalSeconds:F3} s {write} is on {copies} disks, though {copiesMin} were promised."));
                    return;
                }
            }
        }

        simulator.Schedule(LooksEvery, null, Look);
    }

    private static DottedVersionVectorSet HeldBy(SimulatedNode node, Key key) => StoredPages.OwnersOf(node.Disk.Durable)
        .SelectMany(ownerId => StoredPages.HintsFor(node.Disk.Durable, ownerId)).Where(hint => hint.Key == key).Select(hint => hint.Record.Versions)
        .Aggregate(StoredPages.RecordOf(node.Disk.Durable, key)?.Versions ?? DottedVersionVectorSet.Empty, (all, hint) => all.Merge(hint));
}
