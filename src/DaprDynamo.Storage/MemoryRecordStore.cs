using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Storage;

/// <summary>
/// Keeps everything in memory and forgets it when disposed: for clusters that are only tried out, and for tests.
/// Every call is done when it returns, on the caller's thread, so that a simulation stays on its one thread.
/// </summary>
public sealed class MemoryRecordStore : IRecordStore
{
    /// <summary>How much a store takes when nothing else is said, in bytes.</summary>
    public const long SizeBytesMaxDefault = 1L << 30;

    private const long RecordOverheadSizeBytes = 512;

    private readonly Lock _gate = new();
    private readonly PartitionSpace _space;
    private readonly long _sizeBytesMax;
    private readonly OrderedTable<Key, StoredRecord>?[] _partitions;
    private readonly Dictionary<string, MemoryHints> _hints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _metadata = new(StringComparer.Ordinal);
    private StoreCounts _counts = StoreCounts.None;
    private long _sizeBytes;
    private bool _disposed;

    /// <summary>Makes an empty store.</summary>
    /// <param name="space">The partitions keys lie in.</param>
    /// <param name="generation">The store's generation, 1 or more; null draws one.</param>
    /// <param name="sizeBytesMax">
    /// The most that keys and values may take, in bytes, 1 or more. Changes that would take more end with
    /// <see cref="StoreFullException"/>; changes that take less than before always succeed.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The generation or the size is out of range.</exception>
    public MemoryRecordStore(PartitionSpace space, ulong? generation = null, long sizeBytesMax = SizeBytesMaxDefault)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeBytesMax, 1);
        if (generation is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfZero(given, nameof(generation));
        }

        _space = space;
        _sizeBytesMax = sizeBytesMax;
        _partitions = new OrderedTable<Key, StoredRecord>?[space.Count];
        Generation = generation ?? GenerationSource.Draw();
    }

    /// <inheritdoc/>
    public ulong Generation { get; }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ReadAsync(Key key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Answer(() => _partitions[_space.PartitionOf(key)]?.Find(key), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ChangeAsync(Key key, RecordChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(change);
        return Answer(() => Change(key, change), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<Key, StoredRecord>>> ReadPageAsync(
        int partition, Key? after, int limit, CancellationToken cancellationToken)
    {
        RequirePage(partition, limit);
        return Answer<IReadOnlyList<KeyValuePair<Key, StoredRecord>>>(() => Page(partition, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<KeyScan> ScanKeysAsync(int partition, Key? after, int limit, CancellationToken cancellationToken)
    {
        RequirePage(partition, limit);
        return Answer(() => Scan(partition, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ChangeHintAsync(string ownerId, Key key, RecordChange change, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerId);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(change);
        return Answer(() => ChangeHint(ownerId, key, change), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ReadHintAsync(string ownerId, Key key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerId);
        ArgumentNullException.ThrowIfNull(key);
        return Answer(() => _hints.GetValueOrDefault(ownerId)?.Find(key)?.Record, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hint>> ReadHintsAsync(string ownerId, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerId);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Answer<IReadOnlyList<Hint>>(() => _hints.GetValueOrDefault(ownerId)?.Page(afterSequence, limit) ?? [], cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, long>> CountHintsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyDictionary<string, long>>(() => _counts.HintsByOwner, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]?> ReadMetadataAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Answer(() => _metadata.GetValueOrDefault(name)?.ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WriteMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var written = Answer(
            () =>
            {
                Grow(value.Length - (_metadata.GetValueOrDefault(name)?.Length ?? 0));
                _metadata[name] = value.ToArray();
                return true;
            },
            cancellationToken);
        return written.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(written.AsTask());
    }

    /// <inheritdoc/>
    public ValueTask<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken) =>
        Answer(() => _counts.ToStatistics(_sizeBytes), cancellationToken);

    /// <summary>Forgets everything. Later calls end with <see cref="ObjectDisposedException"/>.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            Array.Clear(_partitions);
            _hints.Clear();
            _metadata.Clear();
        }

        return ValueTask.CompletedTask;
    }

    private void RequirePage(int partition, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, _space.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
    }

    private List<KeyValuePair<Key, StoredRecord>> Page(int partition, Key? after, int limit) =>
        (after is null ? _partitions[partition]?.First(limit) : _partitions[partition]?.After(after, limit)) ?? [];

    private KeyScan Scan(int partition, Key? after, int limit)
    {
        var page = Page(partition, after, limit);
        return new KeyScan(
            [
                .. page.Where(pair => pair.Value.Versions.IsLive).Select(pair => new ListedKey(
                    pair.Key, pair.Value.Versions.Siblings.Length, pair.Value.Versions.ValuesSizeBytes, pair.Value.ChangedAtMs)),
            ],
            page.Count(pair => pair.Value.Versions.IsTombstone),
            page.Count < limit ? null : page[^1].Key);
    }

    private StoredRecord? Change(Key key, RecordChange change)
    {
        var table = _partitions[_space.PartitionOf(key)] ??= new();
        var before = table.Find(key);
        var after = change(before);
        if (!ReferenceEquals(before, after))
        {
            Grow(SizeBytesOf(key, after) - SizeBytesOf(key, before));
            if (after is null)
            {
                table.Remove(key);
            }
            else
            {
                table.Put(key, after);
            }

            _counts = _counts.WithRecord(before, after);
        }

        return after;
    }

    private StoredRecord? ChangeHint(string ownerId, Key key, RecordChange change)
    {
        if (!_hints.TryGetValue(ownerId, out var line))
        {
            line = new();
        }

        var hint = line.Find(key);
        var before = hint?.Record;
        var after = change(before);
        if (ReferenceEquals(before, after))
        {
            return after;
        }

        Grow(SizeBytesOf(key, after) - SizeBytesOf(key, before));
        if (hint is null)
        {
            _counts = _counts.WithHintAdded(ownerId);
            line.Put(new Hint(_counts.LastHintSequence, key, after!));
            _hints[ownerId] = line;
        }
        else if (after is not null)
        {
            line.Put(hint with { Record = after });
        }
        else
        {
            _counts = _counts.WithHintRemoved(ownerId);
            line.Remove(hint);
            if (line.IsEmpty)
            {
                _hints.Remove(ownerId);
            }
        }

        return after;
    }

    // An estimate: the objects around key and values take about as much whatever the values are.
    private static long SizeBytesOf(Key key, StoredRecord? record) =>
        record is null ? 0 : RecordOverheadSizeBytes + key.Utf8.Length + record.Versions.ValuesSizeBytes;

    private void Grow(long byBytes)
    {
        if (byBytes > 0 && _sizeBytes + byBytes > _sizeBytesMax)
        {
            throw new StoreFullException($"The store in memory is full: it may take {_sizeBytesMax} bytes. Delete keys, or allow it more.");
        }

        _sizeBytes += byBytes;
    }

    private ValueTask<T> Answer<T>(Func<T> ask, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        try
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return ValueTask.FromResult(ask());
            }
        }
        catch (Exception error)
        {
            // As a store on a disk would: the caller meets the failure where it awaits.
            return ValueTask.FromException<T>(error);
        }
    }
}
