namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// No acknowledged write is lost or only partly there: once a cluster is at rest every primary of its key knows its dot
/// and holds its value, or the write may be gone: a delete that was issued covers it, or a write that replaced it is there
/// or may itself be gone. A dot may be unknown only where a delete allowed the key's tombstone to be reaped.
/// </summary>
internal sealed class NoAcknowledgedWriteIsLost : IChecker
{
    public IEnumerable<string> Check(CheckedRun run) =>
        from snapshot in run.Snapshots
        from history in run.Writes.Keys
        from write in history.Value.Writes
        where write.Entry.IsAcknowledgedWrite
        from violation in Check(run, snapshot, history.Value, write)
        select violation;

    private static IEnumerable<string> Check(CheckedRun run, ClusterSnapshot snapshot, KeyHistory history, KnownWrite write)
    {
        var primaries = run.PrimariesOf(write.Key).Select(nodeId => snapshot.Nodes.FirstOrDefault(node => node.NodeId == nodeId)).OfType<NodeSnapshot>().ToList();
        var there = primaries.SelectMany(node => node.RecordOf(write.Key).Siblings).Select(sibling => sibling.Dot).ToHashSet();
        var mayBeGone = history.IsJustifiedGone(write, there.Contains);
        foreach (var node in primaries)
        {
            var record = node.RecordOf(write.Key);
            var isThere = record.Siblings.Any(sibling => sibling.Dot == write.Dot);
            if (!isThere && !mayBeGone)
            {
                yield return $"key '{write.Key}': {node.NodeId} {snapshot.Moment} has lost the acknowledged {write}; it holds {record}.";
            }
            else if (!record.Context.Contains(write.Dot) && history.Deletes.Count == 0)
            {
                yield return $"key '{write.Key}': {node.NodeId} {snapshot.Moment} does not know of the acknowledged {write}; it holds {record}.";
            }
        }
    }
}
