using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Clients;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Where no disk was lost, or none but that of a member that died and was taken out, and the two quorums overlap (R + W &gt; N), a read that began after a write was acknowledged has
/// seen that write, unless a delete allowed the key's tombstone to be reaped. With sloppy quorums it binds whenever all who
/// acknowledged the write and all who answered the read keep the key themselves: only a copy that a stand-in keeps, until it
/// has handed it over, may be where a read does not look.
/// </summary>
internal sealed class ReadsSeeAcknowledgedWrites : IChecker
{
    public IEnumerable<string> Check(CheckedRun run)
    {
        var there = run.Writes.Seen.GroupBy(seen => seen.Key).ToDictionary(group => group.Key, group => group.Select(seen => seen.Sibling.Dot).ToHashSet());
        foreach (var (read, write) in Bound(run))
        {
            if (!read.Result!.Seen.Contains(write.Dot) && !MayBeReaped(run.Writes[read.Key], write, read, there.GetValueOrDefault(read.Key) ?? []))
            {
                yield return $"key '{read.Key}': {read} has not seen {write}, which was acknowledged before it began; it saw {read.Result.Seen}.";
            }
        }
    }

    /// <summary>The reads that were held against at least one write.</summary>
    internal static IReadOnlyList<HistoryEntry> JudgedReads(CheckedRun run) => [.. Bound(run).Select(pair => pair.Read).Distinct(ReferenceEqualityComparer.Instance).Cast<HistoryEntry>()];

    /// <summary>Every read with each write that it must have seen.</summary>
    private static IEnumerable<(HistoryEntry Read, KnownWrite Write)> Bound(CheckedRun run) =>
        // While the ring changes a member that is cut off, or stands still, may be left out and go by what it knew.
        (run.DisksReplaced > 0 && !run.IsOnlyTakenOut) || (run.RingChanges > 0 && run.IsCutOrFrozen)
            ? []
            : from read in run.History
              where read.IsAnsweredRead && (run.IsStrict || read.IsByPrimaries)
              from write in run.Writes[read.Key].Writes
              where WasAcknowledgedBefore(write.Entry, read) && (run.IsStrict || write.Entry.IsByPrimaries) && Overlap(run.Quorum, write.Entry, read)
              select (read, write);

    private static bool WasAcknowledgedBefore(HistoryEntry write, HistoryEntry read) =>
        write.IsAcknowledgedWrite && write.CompletedAt < read.InvokedAt;

    // By what was asked for, not by what few members could give: a cluster that grows owes no less than one that was as large before.
    private static bool Overlap(QuorumSettings quorum, HistoryEntry write, HistoryEntry read) =>
        quorum.Needed(write.Operation.Quorum, quorum.WriteQuorum) + quorum.Needed(read.Operation.Quorum, quorum.ReadQuorum) > quorum.Replicas;

    private static bool MayBeReaped(KeyHistory history, KnownWrite write, HistoryEntry read, HashSet<Dot> there) =>
        history.Deletes.Exists(delete => delete.Entry.InvokedAt < read.CompletedAt) && history.IsJustifiedGone(write, there.Contains);
}
