using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Clients;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Where only primaries acknowledge, no disk was lost, and the two quorums overlap (R + W &gt; N), a read that began after a
/// write was acknowledged has seen that write, unless a delete allowed the key's tombstone to be reaped.
/// </summary>
internal sealed class ReadsSeeAcknowledgedWrites : IChecker
{
    public IEnumerable<string> Check(CheckedRun run)
    {
        // While the ring changes a member that is cut off, or stands still, may be left out and go by what it knew.
        if (!run.IsStrict || run.DisksReplaced > 0 || (run.RingChanges > 0 && run.IsCutOrFrozen))
        {
            yield break;
        }

        var there = run.Writes.Seen.GroupBy(seen => seen.Key).ToDictionary(group => group.Key, group => group.Select(seen => seen.Sibling.Dot).ToHashSet());
        foreach (var read in run.History.Where(entry => entry.IsAnsweredRead))
        {
            var history = run.Writes[read.Key];
            foreach (var write in history.Writes.Where(write => WasAcknowledgedBefore(write.Entry, read) && Overlap(write.Entry, read)))
            {
                if (!read.Result!.Seen.Contains(write.Dot) && !MayBeReaped(history, write, read, there[read.Key]))
                {
                    yield return $"key '{read.Key}': {read} has not seen {write}, which was acknowledged before it began; it saw {read.Result.Seen}.";
                }
            }
        }
    }

    private static bool WasAcknowledgedBefore(HistoryEntry write, HistoryEntry read) =>
        write.IsAcknowledgedWrite && write.CompletedAt < read.InvokedAt;

    private static bool Overlap(HistoryEntry write, HistoryEntry read) =>
        write.Result!.Needed + read.Result!.Needed > read.Result.Replicas && read.Result.Replicas > 0 && read.Result.Replicas == write.Result.Replicas;

    private static bool MayBeReaped(KeyHistory history, KnownWrite write, HistoryEntry read, HashSet<Dot> there) =>
        history.Deletes.Exists(delete => delete.Entry.InvokedAt < read.CompletedAt) && history.IsJustifiedGone(write, there.Contains);
}
