using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Storage;

namespace DaprDynamo.Simulation.Disks;

/// <summary>Looks at what a disk holds from outside the simulated world: at once, and whatever its state.</summary>
internal static class StoredPages
{
    internal static IReadOnlyList<KeyValuePair<Key, StoredRecord>> RecordsOf(MemoryRecordStore store, int partition) =>
        Now(store.ReadPageAsync(partition, after: null, int.MaxValue, CancellationToken.None));

    internal static IReadOnlyList<Hint> HintsFor(MemoryRecordStore store, string ownerId) =>
        Now(store.ReadHintsAsync(ownerId, afterSequence: 0, int.MaxValue, CancellationToken.None));

    internal static IEnumerable<string> OwnersOf(MemoryRecordStore store) => Now(store.CountHintsAsync(CancellationToken.None)).Keys.Order(StringComparer.Ordinal);

    internal static StoredRecord? RecordOf(MemoryRecordStore store, Key key) => Now(store.ReadAsync(key, CancellationToken.None));

    // A store in memory has answered when it returns.
    internal static T Now<T>(ValueTask<T> answer) => answer.AsTask().GetAwaiter().GetResult();
}
