using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>The node's own copy of each key: reads it and merges into it, for itself and for its peers alike.</summary>
internal sealed class LocalReplica(IRecordStore store, TimeProvider time)
{
    internal async Task<PeerAnswer> ReadAsync(Key key, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await store.ReadAsync(key, cancellationToken);
            return new ReplicaRead(stored?.Versions ?? DottedVersionVectorSet.Empty);
        }
        catch (StoreException failure)
        {
            return FailureOf(failure);
        }
    }

    internal async Task<PeerAnswer> MergeAsync(Key key, DottedVersionVectorSet versions, CancellationToken cancellationToken)
    {
        try
        {
            var changedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            await store.ChangeAsync(key, current => Merged(current, versions, changedAtMs), cancellationToken);
            return ReplicaMerged.Instance;
        }
        catch (StoreException failure)
        {
            return FailureOf(failure);
        }
    }

    internal static PeerFailure FailureOf(StoreException failure) => new(
        failure switch
        {
            StoreFullException => PeerFailureKind.StoreFull,
            StoreBusyException => PeerFailureKind.Overloaded,
            _ => PeerFailureKind.Failed,
        },
        failure.Message);

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
