using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Disks;

/// <summary>
/// One process's way to its machine's disk. Changes wait in a queue, are written in their order at the next sync, several
/// in one, and are acknowledged after it; reads see only what is written. A crash loses what waits.
/// </summary>
internal sealed class SimulatedStore(
    Simulator simulator, SimulatedProcess process, SimulatedDisk disk, string nodeId, PlantedMistake mistake = PlantedMistake.None) : IRecordStore
{
    private readonly List<PendingChange> _waiting = [];
    private readonly EarlyAcknowledgements _lies = new(simulator, mistake == PlantedMistake.AcknowledgesBeforeSync);
    private bool _syncing;

    public ulong Generation => disk.Durable.Generation;

    public ValueTask<StoredRecord?> ReadAsync(Key key, CancellationToken cancellationToken) => Read(
        () =>
        {
            disk.RequireSound(null, key);
            return disk.Durable.ReadAsync(key, CancellationToken.None);
        },
        cancellationToken);

    public ValueTask<StoredRecord?> ChangeAsync(Key key, RecordChange change, CancellationToken cancellationToken) => Change(
        () =>
        {
            disk.RequireSound(null, key);
            return disk.Durable.ChangeAsync(
                key, _lies.Noting(disk.Guarded(change), before => disk.Durable.ChangeAsync(key, _ => before, CancellationToken.None)), CancellationToken.None);
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<KeyValuePair<Key, StoredRecord>>> ReadPageAsync(
        int partition, Key? after, int limit, CancellationToken cancellationToken) => Read(
        async () =>
        {
            var page = await disk.Durable.ReadPageAsync(partition, after, limit, CancellationToken.None);
            foreach (var (key, _) in page)
            {
                disk.RequireSound(null, key);
            }

            return page;
        },
        cancellationToken);

    public ValueTask<KeyScan> ScanKeysAsync(int partition, Key? after, int limit, CancellationToken cancellationToken) =>
        Read(() => disk.Durable.ScanKeysAsync(partition, after, limit, CancellationToken.None), cancellationToken);

    public ValueTask<StoredRecord?> ChangeHintAsync(string ownerId, Key key, RecordChange change, CancellationToken cancellationToken) => Change(
        () =>
        {
            disk.RequireSound(ownerId, key);
            return disk.Durable.ChangeHintAsync(
                ownerId,
                key,
                _lies.Noting(disk.Guarded(change), before => disk.Durable.ChangeHintAsync(ownerId, key, _ => before, CancellationToken.None)),
                CancellationToken.None);
        },
        cancellationToken);

    public ValueTask<StoredRecord?> ReadHintAsync(string ownerId, Key key, CancellationToken cancellationToken) => Read(
        () =>
        {
            disk.RequireSound(ownerId, key);
            return disk.Durable.ReadHintAsync(ownerId, key, CancellationToken.None);
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<Hint>> ReadHintsAsync(string ownerId, long afterSequence, int limit, CancellationToken cancellationToken) => Read(
        async () =>
        {
            var page = await disk.Durable.ReadHintsAsync(ownerId, afterSequence, limit, CancellationToken.None);
            foreach (var hint in page)
            {
                disk.RequireSound(ownerId, hint.Key);
            }

            return page;
        },
        cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, long>> CountHintsAsync(CancellationToken cancellationToken) =>
        Read(() => disk.Durable.CountHintsAsync(CancellationToken.None), cancellationToken);

    public ValueTask<byte[]?> ReadMetadataAsync(string name, CancellationToken cancellationToken) =>
        Read(() => disk.Durable.ReadMetadataAsync(name, CancellationToken.None), cancellationToken);

    public async ValueTask WriteMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) => await Change<bool>(
        async () =>
        {
            if (disk.IsFull)
            {
                throw disk.Full();
            }

            await disk.Durable.WriteMetadataAsync(name, value, CancellationToken.None);
            return true;
        },
        cancellationToken);

    public ValueTask<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken) =>
        Read(() => disk.Durable.ReadStatisticsAsync(CancellationToken.None), cancellationToken);

    /// <summary>The disk stays: a node that stops in good order does not lose it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The process died: some of what waited may have been written all the same, in its order, and nobody was told.</summary>
    internal void Crash()
    {
        var kept = disk.Random.Next(_waiting.Count + 1);
        disk.Counts.ChangesKeptUnacknowledged += kept;
        disk.Counts.ChangesLostInCrashes += _waiting.Count - kept;
        foreach (var change in _waiting.Take(kept))
        {
            change.Apply();
        }

        simulator.Digest.Add(kept);
        _waiting.Clear();
        _lies.ComeOut();
    }

    private ValueTask<T> Read<T>(Func<ValueTask<T>> read, CancellationToken cancellationToken)
    {
        simulator.RequireInside(process, "a read of the store");
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        disk.Counts.Reads++;
        var pending = new PendingChange<T>(Deferred(read));

        // What is read is what stood at some moment of the call: here at its beginning or at its end.
        var early = disk.Random.Chance(0.5);
        if (early)
        {
            pending.Apply();
        }

        simulator.Schedule(disk.Random.Between(TimeSpan.Zero, disk.Options.ReadDelayMax) + disk.Slowness, process, () =>
        {
            if (!early)
            {
                pending.Apply();
            }

            pending.Acknowledge();
        });
        return Wait(pending, cancellationToken);
    }

    private ValueTask<T> Change<T>(Func<ValueTask<T>> apply, CancellationToken cancellationToken)
    {
        simulator.RequireInside(process, "a change of the store");
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        if (_waiting.Count >= disk.Options.ChangesMax)
        {
            disk.Counts.RefusedBusy++;
            return ValueTask.FromException<T>(new StoreBusyException("Too many changes wait for the simulated disk."));
        }

        disk.Counts.Changes++;
        var pending = new PendingChange<T>(Deferred(apply));
        _waiting.Add(pending);
        ScheduleSync();
        disk.NextChangeWaits?.Invoke();
        disk.NextChangeWaits = null;
        return Wait(pending, cancellationToken);
    }

    /// <summary>What fails on the spot fails where the caller awaits, as with a disk that is asked later.</summary>
    private static Func<ValueTask<T>> Deferred<T>(Func<ValueTask<T>> ask) => async () => await ask();

    private static ValueTask<T> Wait<T>(PendingChange<T> pending, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.UnsafeRegister(static (self, token) => ((PendingChange<T>)self!).GiveUp(token), pending);
        }

        return new(pending.Done);
    }

    private void ScheduleSync()
    {
        if (!_syncing && _waiting.Count > 0)
        {
            _syncing = true;
            simulator.Schedule(disk.Random.Between(disk.Options.SyncDelayMin, disk.Options.SyncDelayMax) + disk.Slowness, process, Sync);
        }
    }

    private void Sync()
    {
        // One commit holds what came before it, or as much of it as the writer had taken in.
        var size = disk.Random.Chance(0.5) ? _waiting.Count : disk.Random.Next(1, _waiting.Count + 1);
        List<PendingChange> batch = [.. _waiting.Take(size)];
        _waiting.RemoveRange(0, size);
        foreach (var change in batch)
        {
            change.Apply();
        }

        disk.Counts.Syncs++;
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add(nodeId);
        simulator.Digest.Add(size);
        simulator.Trace.Write(simulator.NowTicks, nodeId, $"sync of {size} changes, {_waiting.Count} wait");

        // A crash between the sync and this leaves changes on disk that nobody was told of.
        simulator.Schedule(disk.Random.Between(TimeSpan.Zero, disk.Options.ReadDelayMax), process, () =>
        {
            foreach (var change in batch)
            {
                change.Acknowledge();
            }
        });
        _syncing = false;
        ScheduleSync();
    }
}
