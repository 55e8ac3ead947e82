using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Storing;

/// <summary>
/// Changes one record. Must be pure and quick: a store calls it while it holds its write transaction, and may call it
/// again. Returning the very object it was given says that there is nothing to change; returning null removes the record.
/// </summary>
/// <param name="current">What the store holds, null when it holds nothing for the key.</param>
public delegate StoredRecord? RecordChange(StoredRecord? current);

/// <summary>
/// Where a node keeps its records, its hints and what it must remember about itself. Keys lie in partitions by the
/// <see cref="PartitionSpace"/> the store was opened with. All members may be called from many threads at once.
/// </summary>
/// <remarks>
/// Errors all calls may end with: <see cref="StoreFullException"/>, <see cref="StoreBusyException"/>,
/// <see cref="StoreDamagedException"/>, and <see cref="OperationCanceledException"/> (the change may still happen then).
/// </remarks>
public interface IRecordStore : IAsyncDisposable
{
    /// <summary>Drawn at random when the data directory was created; part of every actor of this node.</summary>
    ulong Generation { get; }

    /// <summary>Reads what is on disk for a key; null when there is nothing.</summary>
    ValueTask<StoredRecord?> ReadAsync(Key key, CancellationToken cancellationToken);

    /// <summary>
    /// Changes one record atomically and completes with what resulted only when that is on disk. Changes of one key
    /// take effect in the order of the calls.
    /// </summary>
    /// <returns>The record afterwards, null when it was removed or never there.</returns>
    ValueTask<StoredRecord?> ChangeAsync(Key key, RecordChange change, CancellationToken cancellationToken);

    /// <summary>Reads one page of a partition's records, in the order of their keys' bytes.</summary>
    /// <param name="partition">The partition, 0 to Q - 1.</param>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    /// <param name="limit">At most so many records, 1 or more.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    ValueTask<IReadOnlyList<KeyValuePair<Key, StoredRecord>>> ReadPageAsync(int partition, Key? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Looks through the next records of a partition, in the order of their keys' bytes, for keys that have a value. Values are not
    /// read, so that this costs little however large they are; the figures told are for people.
    /// </summary>
    /// <param name="partition">The partition, 0 to Q - 1.</param>
    /// <param name="after">The last key looked at before; null for the first.</param>
    /// <param name="limit">At most so many records are looked at, 1 or more; those of deleted keys count too, so that no call is long.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    ValueTask<KeyScan> ScanKeysAsync(int partition, Key? after, int limit, CancellationToken cancellationToken);

    /// <summary>Changes the record kept for an absent owner, as <see cref="ChangeAsync"/> does for the node's own.</summary>
    /// <param name="ownerId">The node id of the member the record belongs to.</param>
    /// <param name="key">The key.</param>
    /// <param name="change">The change; returning null removes the hint.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    ValueTask<StoredRecord?> ChangeHintAsync(string ownerId, Key key, RecordChange change, CancellationToken cancellationToken);

    /// <summary>Reads the hint kept for an owner and a key; null when there is none.</summary>
    ValueTask<StoredRecord?> ReadHintAsync(string ownerId, Key key, CancellationToken cancellationToken);

    /// <summary>Reads one page of an owner's hints, oldest first.</summary>
    /// <param name="ownerId">The owner's node id.</param>
    /// <param name="afterSequence">The <see cref="Hint.Sequence"/> of the last hint of the page before; 0 for the first page.</param>
    /// <param name="limit">At most so many hints, 1 or more.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    ValueTask<IReadOnlyList<Hint>> ReadHintsAsync(string ownerId, long afterSequence, int limit, CancellationToken cancellationToken);

    /// <summary>How many hints are kept for each owner that has any.</summary>
    ValueTask<IReadOnlyDictionary<string, long>> CountHintsAsync(CancellationToken cancellationToken);

    /// <summary>Reads something the node remembers about itself; null when it never wrote it.</summary>
    ValueTask<byte[]?> ReadMetadataAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes something the node remembers about itself; completes when it is on disk.</summary>
    ValueTask WriteMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken);

    /// <summary>Counts what is stored. Cheap enough to be asked every second: figures may lag behind by a few changes.</summary>
    ValueTask<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken);
}
