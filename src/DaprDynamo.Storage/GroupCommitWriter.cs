using System.Threading.Channels;
using DaprDynamo.Cluster.Storing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Storage;

/// <summary>
/// The thread that writes. While one commit waits for the disk, changes gather; the next commit takes them all along,
/// so that under load many changes share the cost of one wait.
/// </summary>
internal sealed class GroupCommitWriter
{
    private const int SlowCommitMs = 1000;

    private readonly WriteSession _session;
    private readonly SqliteFile _file;
    private readonly SqliteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<PendingChange> _waiting;
    private readonly List<PendingChange> _batch;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _commits;
    private bool _isFailing;
    private bool _isFull;
    private volatile bool _isClosing;

    public GroupCommitWriter(WriteSession session, SqliteFile file, SqliteStoreOptions options, TimeProvider time, ILogger logger)
    {
        _session = session;
        _file = file;
        _options = options;
        _time = time;
        _logger = logger;
        _batch = new(options.CommitChangesMax);
        _waiting = Channel.CreateBounded<PendingChange>(new BoundedChannelOptions(options.WaitingChangesMax)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>How many transactions wrote something to disk.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    public void Start() => new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();

    /// <summary>Puts a change in line.</summary>
    /// <exception cref="StoreBusyException">The line is full.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public void Enqueue(PendingChange change)
    {
        if (_waiting.Writer.TryWrite(change))
        {
            return;
        }

        ObjectDisposedException.ThrowIf(_isClosing, typeof(SqliteRecordStore));
        throw new StoreBusyException(
            $"{_options.WaitingChangesMax} changes already wait to be written, as many as this node allows. Try again shortly.");
    }

    /// <summary>Takes no more changes, and ends when those in line are done.</summary>
    public Task FinishAsync()
    {
        _isClosing = true;
        _waiting.Writer.TryComplete();
        return _finished.Task;
    }

    private void Run()
    {
        try
        {
            // This thread has nothing else to do: it may as well sleep in the wait.
            while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                WriteBatch();
                BoundWal();
            }
        }
        finally
        {
            _finished.TrySetResult();
        }
    }

    private void WriteBatch()
    {
        var began = _time.GetTimestamp();
        _batch.Clear();
        try
        {
            _session.Begin();
            while (_batch.Count < _options.CommitChangesMax
                && _session.WrittenSizeBytes < _options.CommitSizeBytesMax
                && _waiting.Reader.TryRead(out var change))
            {
                Apply(change);
            }

            _session.Commit();
        }
        catch (Exception error)
        {
            FailBatch(error);
            return;
        }

        if (_session.HasWritten)
        {
            Interlocked.Increment(ref _commits);
            _isFull = false;
            NoteSuccess(_time.GetElapsedTime(began));
        }

        foreach (var change in _batch)
        {
            change.Complete();
        }

        _batch.Clear();
    }

    private void Apply(PendingChange change)
    {
        if (change.IsGivenUp)
        {
            change.Cancel();
            return;
        }

        _batch.Add(change);
        try
        {
            change.Apply(_session);
        }
        catch (Exception error) when (error is not SqliteException && _session.IsOpen)
        {
            change.FailAlone(error);
        }
    }

    private void FailBatch(Exception error)
    {
        try
        {
            _session.Rollback();
        }
        catch (SqliteException second)
        {
            _logger.LogError(second, "The store's file {File} could not take a transaction back", _file.Faults.File);
        }

        // When not even the transaction could begin, whoever waits learns it now rather than waiting for a better disk.
        if (_batch.Count == 0)
        {
            while (_batch.Count < _options.CommitChangesMax && _waiting.Reader.TryRead(out var change))
            {
                _batch.Add(change);
            }
        }

        var failure = error is SqliteException fromSqlite ? _file.Faults.Of(fromSqlite) : error;
        _isFull = failure is StoreFullException;
        NoteFailure(failure);
        foreach (var change in _batch)
        {
            change.Fail(failure);
        }

        _batch.Clear();
    }

    // Once for each time it goes wrong, not for each of the thousands of changes that meet the same full disk.
    private void NoteFailure(Exception failure)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            _logger.LogError(failure, "Changes cannot be written: {Reason}", failure.Message);
        }
    }

    private void NoteSuccess(TimeSpan took)
    {
        if (_isFailing)
        {
            _isFailing = false;
            _logger.LogInformation("Changes are written again to {File}", _file.Faults.File);
        }

        if (took.TotalMilliseconds > SlowCommitMs)
        {
            _logger.LogWarning("Writing {Changes} changes to {File} took {TookMs} ms: the disk is slow",
                _batch.Count, _file.Faults.File, (long)took.TotalMilliseconds);
        }
    }

    // SQLite moves the log into the database every thousand pages by itself, but starts it over only at a moment
    // without reads. Where reads overlap without end, such a moment must be made. On a full disk the log is what
    // takes up room needlessly: once emptied, changes that only overwrite can go on.
    private void BoundWal()
    {
        try
        {
            var isTooLarge = _session.HasWritten && _file.WalSizeBytes > _options.WalSizeBytesMax;
            if ((isTooLarge || _isFull) && !_session.EmptyWal())
            {
                _logger.LogWarning("The write-ahead log of {File} could not be emptied: a read goes on for too long", _file.Faults.File);
            }
        }
        catch (SqliteException error)
        {
            _logger.LogWarning(error, "The write-ahead log of {File} could not be emptied; it is tried again after the next commit", _file.Faults.File);
        }
    }
}
