using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Cluster.Tombstones;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>What the node itself keeps of each key: reads it and merges into it, for itself and for its peers alike.</summary>
internal sealed class LocalReplica(
    string selfId,
    TransferLedger ledger,
    ObservedRecords records,
    HintBox hints,
    TombstoneFences fences,
    NodeClock clock,
    ForegroundLatency foreground,
    TimeProvider time,
    StorageNodeOptions options)
{
    private int _backgroundMerges;

    /// <summary>Reads the node's replica of a key; of a key it keeps no replica of, what it keeps for those that do.</summary>
    internal async Task<PeerAnswer> ReadAsync(ClusterView view, Key key, CancellationToken cancellationToken)
    {
        if (ledger.Lacks(view.Settings.Space.PartitionOf(key)))
        {
            return new PeerFailure(PeerFailureKind.NotCopied, "The node lost its disk, and is copying the partition again.");
        }

        try
        {
            var started = time.GetTimestamp();
            var stored = await records.ReadAsync(key, cancellationToken);
            foreground.AddRead(time.GetElapsedTime(started));
            var versions = stored?.Versions ?? DottedVersionVectorSet.Empty;
            return new ReplicaRead(view.IsReplica(selfId, key) ? versions : versions.Merge(await hints.ReadAsync(key, cancellationToken)));
        }
        catch (StoreException failure)
        {
            return FailureOf(failure);
        }
    }

    /// <summary>Takes a record from a peer: those that no client waits for only up to a limit.</summary>
    internal async Task<PeerAnswer> TakeAsync(MergeReplica merge)
    {
        if (merge.Cause == MergeCause.Write)
        {
            var started = time.GetTimestamp();
            var answer = await MergeAsync(merge.Key, merge.Versions, merge.Echo);
            foreground.AddWrite(time.GetElapsedTime(started));
            return answer;
        }

        if (Interlocked.Increment(ref _backgroundMerges) > options.BackgroundMergesMax)
        {
            Interlocked.Decrement(ref _backgroundMerges);
            return new PeerFailure(PeerFailureKind.Overloaded, "The node takes as many repairs at once as it allows itself.");
        }

        try
        {
            return await MergeAsync(merge.Key, merge.Versions, merge.Echo);
        }
        finally
        {
            Interlocked.Decrement(ref _backgroundMerges);
        }
    }

    internal Task<PeerAnswer> MergeAsync(Key key, DottedVersionVectorSet versions, ClockEcho echo) =>
        KeepAsync(echo, change => records.ChangeAsync(key, change), key, versions);

    internal async Task<PeerAnswer> StoreHintAsync(string ownerId, Key key, DottedVersionVectorSet versions, ClockEcho echo) =>
        await hints.HasRoomAsync()
            ? await KeepAsync(echo, change => hints.ChangeAsync(ownerId, key, change), key, versions)
            : new PeerFailure(PeerFailureKind.Overloaded, "The node keeps as many hints as it allows itself.");

    internal static PeerFailure FailureOf(StoreException failure) => new(
        failure switch
        {
            StoreFullException => PeerFailureKind.StoreFull,
            StoreBusyException => PeerFailureKind.Overloaded,
            _ => PeerFailureKind.Failed,
        },
        failure.Message);

    private async Task<PeerAnswer> KeepAsync(
        ClockEcho echo, Func<RecordChange, ValueTask<StoredRecord?>> changeAsync, Key key, DottedVersionVectorSet versions)
    {
        try
        {
            var taken = false;
            var changedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            await changeAsync(current =>
            {
                // Judged here, where changes of the key stand in line: what is fresh now cannot meet a reaped tombstone.
                taken = clock.IsFresh(echo);
                return taken ? Merged(current, fences.Guard(key, versions), changedAtMs) : current;
            });
            return taken ? ReplicaMerged.Instance : new PeerFailure(PeerFailureKind.Stale, "The record was too long on its way.");
        }
        catch (StoreException failure)
        {
            return FailureOf(failure);
        }
    }

    private static StoredRecord? Merged(StoredRecord? current, DottedVersionVectorSet incoming, long changedAtMs)
    {
        if (current is null)
        {
            return incoming.IsEmpty ? null : new StoredRecord(incoming, Epoch: 0, changedAtMs);
        }

        var merged = current.Versions.Merge(incoming);
        return ReferenceEquals(merged, current.Versions) || merged.Equals(current.Versions)
            ? current
            : current with { Versions = merged, ChangedAtMs = changedAtMs };
    }
}
