using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>
/// A fixed number of reading connections. A read runs on its caller's thread, since it is over sooner than handing it
/// to another would take; when all connections are in use, the caller waits without a thread.
/// </summary>
internal sealed class ReadPool : IAsyncDisposable
{
    private readonly ConcurrentStack<ReadSession> _idle;
    private readonly StoreFaults _faults;
    private readonly int _count;
    private readonly SemaphoreSlim _free;
    private volatile bool _isClosed;

    public ReadPool(IReadOnlyCollection<ReadSession> sessions, StoreFaults faults)
    {
        _idle = new(sessions);
        _faults = faults;
        _count = sessions.Count;
        _free = new(_count, _count);
    }

    /// <summary>Reads. Failures, those of SQLite as the port's exceptions, are in the answer.</summary>
    public ValueTask<T> AskAsync<T>(Func<ReadSession, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        if (!_free.Wait(0, CancellationToken.None))
        {
            return AskLaterAsync(read, cancellationToken);
        }

        try
        {
            return ValueTask.FromResult(Read(read));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<T>(error);
        }
    }

    /// <summary>Waits for the reads under way, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        for (var i = 0; i < _count; i++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        while (_idle.TryPop(out var session))
        {
            session.Dispose();
        }

        // Whoever still waits for a connection must learn that there is none any more.
        _free.Release(_count);
    }

    private async ValueTask<T> AskLaterAsync<T>(Func<ReadSession, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Read(read);
    }

    // Called with one of the free places taken, and gives it back.
    private T Read<T>(Func<ReadSession, T> read)
    {
        ReadSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed || !_idle.TryPop(out session), typeof(SqliteRecordStore));
            return read(session);
        }
        catch (SqliteException error)
        {
            throw _faults.Of(error);
        }
        finally
        {
            if (session is not null)
            {
                _idle.Push(session);
            }

            _free.Release();
        }
    }
}
