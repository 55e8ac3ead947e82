using DaprDynamo.Cluster.Storing;
using DaprDynamo.Cluster.Tombstones;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>The node's records, with every change told to the hash trees and every tombstone to the reaper.</summary>
internal sealed class ObservedRecords(IRecordStore store, PartitionSpace space, HashForest forest, TombstoneQueue tombstones)
{
    internal ulong Generation => store.Generation;

    internal ValueTask<StoredRecord?> ReadAsync(Key key, CancellationToken cancellationToken) => store.ReadAsync(key, cancellationToken);

    internal ValueTask<IReadOnlyList<KeyValuePair<Key, StoredRecord>>> ReadPageAsync(int partition, Key? after, int limit, CancellationToken cancellationToken) =>
        store.ReadPageAsync(partition, after, limit, cancellationToken);

    internal ValueTask<KeyScan> ScanKeysAsync(int partition, Key? after, int limit, CancellationToken cancellationToken) =>
        store.ScanKeysAsync(partition, after, limit, cancellationToken);

    /// <summary>Changes a record; see <see cref="IRecordStore.ChangeAsync"/>. A change that was begun goes on to its end.</summary>
    internal async ValueTask<StoredRecord?> ChangeAsync(Key key, RecordChange change)
    {
        var partition = space.PartitionOf(key);
        await forest.EnterAsync(partition);
        StoredRecord? before = null;
        StoredRecord? after = null;
        var done = false;
        try
        {
            await store.ChangeAsync(key, current => after = change(before = current), CancellationToken.None);
            done = true;
        }
        finally
        {
            if (done)
            {
                forest.Leave(partition, key, DigestOf(key, before), DigestOf(key, after));
            }
            else
            {
                forest.LeaveUncertain(partition, key);
            }
        }

        if (after is { Versions.IsTombstone: true })
        {
            tombstones.Add(key, after);
        }

        return after;
    }

    private static ulong DigestOf(Key key, StoredRecord? record) => record is null ? 0 : RecordDigest.Of(key, record.Versions);
}
