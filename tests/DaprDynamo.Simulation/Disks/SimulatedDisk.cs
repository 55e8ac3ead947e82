using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Storage;

namespace DaprDynamo.Simulation.Disks;

/// <summary>
/// One machine's disk: what is written to it outlives the machine's processes, until the disk itself is lost. It may be
/// slow or full for a while, and single records on it may rot.
/// </summary>
internal sealed class SimulatedDisk(PartitionSpace space, Random random, DiskOptions options, DiskCounts counts)
{
    // An owner of none: what rots is the node's own record.
    private const string Own = "";

    private readonly HashSet<(string Owner, Key Key)> _rotten = [];

    internal DiskOptions Options => options;

    internal DiskCounts Counts => counts;

    internal Random Random => random;

    internal MemoryRecordStore Durable { get; private set; } = NewStore(space, random);

    internal bool IsFull { get; set; }

    /// <summary>Added to every read and sync.</summary>
    internal TimeSpan Slowness { get; set; }

    internal bool HasRot => _rotten.Count > 0;

    /// <summary>Whether a reader has come upon rot since the disk was new.</summary>
    internal bool IsKnownToBeDamaged { get; private set; }

    /// <summary>Called once, when the next change begins to wait for its sync.</summary>
    internal Action? NextChangeWaits { get; set; }

    /// <summary>Called whenever a reader comes upon rot.</summary>
    internal Action? DamageFound { get; set; }

    /// <summary>Puts an empty disk in the old one's place.</summary>
    /// <param name="keepGeneration">A mistake: the new disk goes by the old one's name.</param>
    internal void Replace(bool keepGeneration = false)
    {
        Durable = keepGeneration ? new MemoryRecordStore(space, Durable.Generation) : NewStore(space, random);
        _rotten.Clear();
        IsKnownToBeDamaged = false;
    }

    /// <summary>A mistake: the records are kept, the hints are not.</summary>
    internal void DropHints()
    {
        foreach (var ownerId in StoredPages.OwnersOf(Durable))
        {
            foreach (var hint in StoredPages.HintsFor(Durable, ownerId))
            {
                StoredPages.Now(Durable.ChangeHintAsync(ownerId, hint.Key, _ => null, CancellationToken.None));
            }
        }
    }

    /// <summary>A mistake: the records of some partitions are gone, though nobody asked who else holds them.</summary>
    internal void DropRecords(Func<int, bool> isDropped)
    {
        foreach (var partition in Enumerable.Range(0, space.Count).Where(isDropped))
        {
            foreach (var (key, _) in StoredPages.RecordsOf(Durable, partition))
            {
                StoredPages.Now(Durable.ChangeAsync(key, _ => null, CancellationToken.None));
            }
        }
    }

    internal void Rot(string? ownerId, Key key) => _rotten.Add((ownerId ?? Own, key));

    internal void RequireSound(string? ownerId, Key key)
    {
        if (_rotten.Count > 0 && _rotten.Contains((ownerId ?? Own, key)))
        {
            counts.DamageFound++;
            IsKnownToBeDamaged = true;
            DamageFound?.Invoke();
            throw new StoreDamagedException("A record on the simulated disk is not what was written. Rejoin with an empty disk.");
        }
    }

    /// <summary>The change as the disk carries it out: refused when the disk is full and it would write.</summary>
    internal RecordChange Guarded(RecordChange change) => current =>
    {
        if (random.Chance(options.RepeatProbability))
        {
            change(current);
        }

        var after = change(current);
        if (IsFull && after is not null && !ReferenceEquals(after, current))
        {
            throw Full();
        }

        return after;
    };

    internal StoreFullException Full()
    {
        counts.RefusedFull++;
        return new StoreFullException("The simulated disk is full.");
    }

    private static MemoryRecordStore NewStore(PartitionSpace space, Random random) => new(space, generation: (ulong)random.NextInt64(1, long.MaxValue));
}
