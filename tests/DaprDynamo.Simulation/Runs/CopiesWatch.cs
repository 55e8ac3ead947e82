using System.Globalization;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Checkers;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Runs;

/// <summary>
/// Looks at the disks again and again while the ring changes: as long as no node has crashed, a write that N - 1 replicas once
/// kept never is on fewer disks again, and from its acknowledgement on it is on as many as acknowledged it. Not at once on N - 1
/// where W is smaller: what no client waits for may still be on its way. When nodes crash, what was acknowledged is still on
/// as many disks as acknowledged it, N - 1 at most: a crash loses nothing that was synced. Ends when a disk is destroyed.
/// <para>
/// While the ring changes, replicas are those of the ring to come: what was there when the change began they copy, and of a
/// write since then as many of them must have it as its client waited for. That one who is about to leave has it too was
/// more than anybody was promised, and goes with that one.
/// </para>
/// <para>
/// A hint counts as a copy: it is synced before it is acknowledged, and goes only when the replica it is for has the record
/// on its disk, so it outlives the same mishaps as the replica's own record. Where the replica had got it by another way
/// meanwhile, one copy goes that was more than anybody was promised.
/// </para>
/// </summary>
internal sealed class CopiesWatch(Simulator simulator, SimulatedCluster cluster, RunOptions options, History history)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<Dot, int> _most = [];
    private int _membersMin = int.MaxValue;
    private readonly List<string> _violations = [];
    private bool _isOver;

    internal IReadOnlyList<string> Violations => _violations;

    /// <summary>How many writes were looked at while the ring changed and nobody had crashed yet.</summary>
    internal int WritesJudged { get; private set; }

    /// <summary>How many looks found the ring changing and nobody crashed yet.</summary>
    internal int LooksDuringChanges { get; private set; }

    private bool HasCrashed => cluster.AllEver.Any(node => node.Lives > 1);

    internal void Start()
    {
        if (options.Changes.Kinds.Count > 0)
        {
            simulator.Schedule(LooksEvery, null, Look);
        }
    }

    internal void End() => _isOver = true;

    private void Look()
    {
        if (_isOver || _violations.Count > 0 || cluster.IsDiskDestroyed || cluster.AllEver.Any(node => node.DisksReplaced > 0))
        {
            return;
        }

        var ring = cluster.View.Ring;
        var (hasCrashed, isChanging) = (HasCrashed, ring.IsChanging);
        _membersMin = Math.Min(_membersMin, Math.Max(1, Math.Min(ring.From.Members.Length, ring.To.Members.Length)));
        LooksDuringChanges += isChanging && !hasCrashed ? 1 : 0;
        var deleted = history.Entries.Where(entry => entry.Operation is DeleteKey).Select(entry => entry.Key).ToHashSet();
        foreach (var key in history.Entries.Where(entry => entry.IsAcknowledgedWrite && !deleted.Contains(entry.Key)).GroupBy(entry => entry.Key))
        {
            var held = cluster.Nodes.Select(node => HeldBy(node, key.Key)).ToList();
            var replicas = ring.To.PreferenceListOf(cluster.Settings.Space.PartitionOf(key.Key)).Primaries;
            var kept = cluster.Nodes.Where(node => replicas.Contains(node.NodeId)).Select(node => KeptBy(node, key.Key)).ToList();
            foreach (var write in key)
            {
                if (WriteIndex.DotOf(write) is { } dot)
                {
                    Judge(write, dot, held.Count(versions => versions.Context.Contains(dot)), kept.Count(versions => versions.Context.Contains(dot)), hasCrashed);
                }
            }
        }

        WritesJudged = isChanging && !hasCrashed ? _most.Count : WritesJudged;
        simulator.Schedule(LooksEvery, null, Look);
    }

    // A hint that reaches its replica by a second way was one copy too many; what replicas have once kept stays.
    private void Judge(HistoryEntry write, Dot dot, int copies, int replicas, bool hasCrashed)
    {
        // Fewer members than that have been there: whoever left has taken its copy along.
        var copiesMax = Math.Min(options.Quorum.Replicas - 1, _membersMin);
        var copiesMin = Math.Min(hasCrashed ? write.Result!.Needed : Math.Max(write.Result!.Needed, _most.GetValueOrDefault(dot)), copiesMax);
        _most[dot] = Math.Max(replicas, _most.GetValueOrDefault(dot));
        if (copies < copiesMin && _violations.Count == 0)
        {
            _violations.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"CopiesWatch: key '{write.Key}': at {simulator.Now.TotalSeconds:F3} s {write} is on {copies} disks, though it had to be on {copiesMin}."));
        }
    }

    private static DottedVersionVectorSet HeldBy(SimulatedNode node, Key key) => StoredPages.OwnersOf(node.Disk.Durable)
        .SelectMany(ownerId => StoredPages.HintsFor(node.Disk.Durable, ownerId)).Where(hint => hint.Key == key).Select(hint => hint.Record.Versions)
        .Aggregate(KeptBy(node, key), (all, hint) => all.Merge(hint));

    private static DottedVersionVectorSet KeptBy(SimulatedNode node, Key key) =>
        StoredPages.RecordOf(node.Disk.Durable, key)?.Versions ?? DottedVersionVectorSet.Empty;
}
