using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Storage;

/// <summary>
/// Keeps everything in one SQLite database: what a call has acknowledged survives the end of the process and of the
/// power. One thread writes and commits many changes at once; reads run beside it, each on its caller's thread.
/// </summary>
/// <remarks>
/// The data directory holds <c>store.db</c>, its write-ahead log and <c>store.lock</c>. Copying the folder while no
/// process has it open makes a backup; see <see cref="SqliteStoreOptions.RenewGeneration"/> before starting on one.
/// </remarks>
public sealed class SqliteRecordStore : IRecordStore
{
    private readonly PartitionSpace _space;
    private readonly SqliteFile _file;
    private readonly FolderLock _folderLock;
    private readonly WriteSession _session;
    private readonly GroupCommitWriter _writer;
    private readonly ReadPool _readers;
    private readonly ILogger _logger;
    private readonly Lazy<Task> _closed;

    internal SqliteRecordStore(
        PartitionSpace space,
        ulong generation,
        SqliteFile file,
        FolderLock folderLock,
        WriteSession session,
        GroupCommitWriter writer,
        ReadPool readers,
        ILogger logger)
    {
        _space = space;
        Generation = generation;
        _file = file;
        _folderLock = folderLock;
        _session = session;
        _writer = writer;
        _readers = readers;
        _logger = logger;
        _closed = new(CloseAsync);
    }

    /// <inheritdoc/>
    public ulong Generation { get; }

    /// <summary>How many transactions have written to disk since the store was opened: changes divided by it say how well they are grouped.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Opens the store of a data directory, or makes one where there is none.</summary>
    /// <param name="options">Where, and within which bounds.</param>
    /// <param name="space">The partitions keys lie in; fixed when the store is made.</param>
    /// <param name="time">Measures how long commits take.</param>
    /// <param name="logger">Takes what an operator should know.</param>
    /// <param name="cancellationToken">Gives up before the work begins.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    /// <exception cref="StoreLockedException">Another process has the folder open.</exception>
    /// <exception cref="StoreMismatchException">The store was made for another number of partitions, by another version or another program.</exception>
    /// <exception cref="StoreDamagedException">What is on disk cannot be trusted or cannot be written to.</exception>
    /// <exception cref="StoreFullException">There is no room to make a store.</exception>
    public static Task<SqliteRecordStore> OpenAsync(
        SqliteStoreOptions options, PartitionSpace space, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        // SQLite works on the thread that calls it, and checking a file takes as long as reading it.
        return Task.Run(() => SqliteStoreOpening.Open(options, space, time, logger), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ReadAsync(Key key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _readers.AskAsync(session => session.Records.Find(key), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ChangeAsync(Key key, RecordChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(change);
        return WriteAsync(session => session.ChangeRecord(key, change), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<Key, StoredRecord>>> ReadPageAsync(
        int partition, Key? after, int limit, CancellationToken cancellationToken)
    {
        RequirePage(partition, limit);
        return _readers.AskAsync<IReadOnlyList<KeyValuePair<Key, StoredRecord>>>(
            session => session.Records.Page(partition, after, limit, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<KeyScan> ScanKeysAsync(int partition, Key? after, int limit, CancellationToken cancellationToken)
    {
        RequirePage(partition, limit);
        return _readers.AskAsync(session => session.Records.Scan(partition, after, limit, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ChangeHintAsync(string ownerId, Key key, RecordChange change, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerId);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(change);
        return WriteAsync(session => session.ChangeHint(ownerId, key, change), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> ReadHintAsync(string ownerId, Key key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerId);
        ArgumentNullException.ThrowIfNull(key);
        return _readers.AskAsync(session => session.Hints.Find(ownerId, key)?.Record, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hint>> ReadHintsAsync(string ownerId, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerId);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _readers.AskAsync<IReadOnlyList<Hint>>(
            session => session.Hints.Page(ownerId, afterSequence, limit, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, long>> CountHintsAsync(CancellationToken cancellationToken) =>
        CountAsync<IReadOnlyDictionary<string, long>>(() => _session.Committed.HintsByOwner, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]?> ReadMetadataAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _readers.AskAsync(session => session.Metadata.Find(name), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WriteMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        // The caller may use its memory again before the change has its turn.
        var kept = value.ToArray();
        var written = WriteAsync(
            session =>
            {
                session.WriteMetadata(name, kept);
                return null;
            },
            cancellationToken);
        return new ValueTask(written.AsTask());
    }

    /// <inheritdoc/>
    public ValueTask<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken) =>
        CountAsync(() => _session.Committed.ToStatistics(_file.DatabaseSizeBytes + _file.WalSizeBytes), cancellationToken);

    /// <summary>
    /// Finishes the changes that wait, moves the write-ahead log into the database and frees the folder. Later calls
    /// end with <see cref="ObjectDisposedException"/>.
    /// </summary>
    public ValueTask DisposeAsync() => new(_closed.Value);

    private void RequirePage(int partition, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, _space.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
    }

    private ValueTask<StoredRecord?> WriteAsync(Func<WriteSession, StoredRecord?> apply, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<StoredRecord?>(cancellationToken);
        }

        var change = new PendingChange(apply, cancellationToken);
        try
        {
            _writer.Enqueue(change);
        }
        catch (Exception error) when (error is StoreBusyException or ObjectDisposedException)
        {
            return ValueTask.FromException<StoredRecord?>(error);
        }

        return new(cancellationToken.CanBeCanceled ? change.Done.WaitAsync(cancellationToken) : change.Done);
    }

    private ValueTask<T> CountAsync<T>(Func<T> count, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        return _closed.IsValueCreated
            ? ValueTask.FromException<T>(new ObjectDisposedException(nameof(SqliteRecordStore)))
            : ValueTask.FromResult(count());
    }

    private async Task CloseAsync()
    {
        await _writer.FinishAsync().ConfigureAwait(false);
        await _readers.DisposeAsync().ConfigureAwait(false);
        try
        {
            _session.EmptyWal();
        }
        catch (SqliteException error)
        {
            // Nothing is lost: the next opening goes on from the log.
            _logger.LogWarning(error, "The write-ahead log of {File} stays for the next start", _file.Faults.File);
        }

        _session.Dispose();
        _folderLock.Dispose();
    }
}
