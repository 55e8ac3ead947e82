using System.Collections.Immutable;
using DaprDynamo.Cluster.Storing;

namespace DaprDynamo.Storage;

/// <summary>
/// What a store holds, counted change by change. Immutable, so that a writer can go on from what is committed and
/// throw its count away together with a transaction that failed.
/// </summary>
/// <param name="LiveKeys">Records with at least one value.</param>
/// <param name="Tombstones">Records whose values are all deleted.</param>
/// <param name="LastHintSequence">The last sequence given to a hint. Never goes back, or a reader past it would miss new hints.</param>
/// <param name="HintsByOwner">How many hints each owner has; owners without any are not in it.</param>
internal sealed record StoreCounts(long LiveKeys, long Tombstones, long LastHintSequence, ImmutableDictionary<string, long> HintsByOwner)
{
    public static readonly StoreCounts None = new(0, 0, 0, ImmutableDictionary<string, long>.Empty);

    public long Hints => HintsByOwner.Values.Sum();

    /// <summary>The counts after one record went from one state to another.</summary>
    public StoreCounts WithRecord(StoredRecord? before, StoredRecord? after)
    {
        var live = Live(after) - Live(before);
        var tombstones = Tombstone(after) - Tombstone(before);
        return live == 0 && tombstones == 0 ? this : this with { LiveKeys = LiveKeys + live, Tombstones = Tombstones + tombstones };
    }

    /// <summary>The counts after one more hint was stored under the next sequence.</summary>
    public StoreCounts WithHintAdded(string ownerId) => this with
    {
        LastHintSequence = LastHintSequence + 1,
        HintsByOwner = HintsByOwner.SetItem(ownerId, HintsByOwner.GetValueOrDefault(ownerId) + 1),
    };

    /// <summary>The counts after one hint was removed.</summary>
    public StoreCounts WithHintRemoved(string ownerId)
    {
        var left = HintsByOwner.GetValueOrDefault(ownerId) - 1;
        return this with { HintsByOwner = left > 0 ? HintsByOwner.SetItem(ownerId, left) : HintsByOwner.Remove(ownerId) };
    }

    /// <summary>The counts as the port reports them.</summary>
    public StoreStatistics ToStatistics(long sizeBytes) => new(LiveKeys, Tombstones, Hints, sizeBytes);

    private static int Live(StoredRecord? record) => record is { Versions.IsLive: true } ? 1 : 0;

    private static int Tombstone(StoredRecord? record) => record is { Versions.IsTombstone: true } ? 1 : 0;
}
