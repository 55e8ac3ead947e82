using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaprDynamo.Storage;

/// <summary>
/// The one connection that writes, and the transaction on it. Changes read what the changes before them in the same
/// transaction wrote. Used by one thread at a time; only <see cref="Committed"/> may be read by others.
/// </summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly StoreFaults _faults;
    private readonly RecordTable _records;
    private readonly HintTable _hints;
    private readonly MetadataTable _metadata;
    private readonly CountTable _countTable;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private StoreCounts _counts;
    private StoreCounts _committed;

    public WriteSession(SqliteConnection connection, PartitionSpace space, StoreFaults faults, StoreCounts counts)
    {
        _connection = connection;
        _faults = faults;
        _counts = _committed = counts;
        _records = new(connection, space, faults);
        _hints = new(connection, faults);
        _metadata = new(connection, faults);
        _countTable = new(connection);
        // Deferred: a transaction that only reads never touches the disk, not even for a lock.
        _begin = new(connection, "BEGIN DEFERRED");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
    }

    /// <summary>What the store holds as of the last commit.</summary>
    public StoreCounts Committed => Volatile.Read(ref _committed);

    /// <summary>How many bytes of keys and records this transaction has written.</summary>
    public long WrittenSizeBytes { get; private set; }

    /// <summary>Whether this transaction has anything to commit.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Whether a transaction is open; SQLite itself ends it on some errors.</summary>
    public bool IsOpen => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    public void Begin()
    {
        WrittenSizeBytes = 0;
        HasWritten = false;
        _counts = _committed;
        _begin.Run();
    }

    public void Commit()
    {
        if (HasWritten)
        {
            _countTable.Put(_committed, _counts);
        }

        _commit.Run();
        Volatile.Write(ref _committed, _counts);
    }

    /// <summary>Takes back what the transaction wrote, whether or not SQLite has already done so.</summary>
    public void Rollback()
    {
        if (IsOpen)
        {
            _rollback.Run();
        }
    }

    /// <summary>Moves the write-ahead log into the database, if no read prevents it.</summary>
    public bool EmptyWal() => SqliteFile.EmptyWal(_connection);

    public StoredRecord? ChangeRecord(Key key, RecordChange change)
    {
        var before = Found(() => _records.Find(key));
        var after = change(before);
        if (ReferenceEquals(before, after))
        {
            return after;
        }

        if (after is null)
        {
            _records.Remove(key);
            Wrote(0);
        }
        else
        {
            Wrote(_records.Put(key, after));
        }

        _counts = _counts.WithRecord(before, after);
        return after;
    }

    public StoredRecord? ChangeHint(string ownerId, Key key, RecordChange change)
    {
        var hint = Found(() => _hints.Find(ownerId, key));
        var after = change(hint?.Record);
        if (ReferenceEquals(hint?.Record, after))
        {
            return after;
        }

        if (after is null)
        {
            _hints.Remove(ownerId, hint!.Sequence);
            _counts = _counts.WithHintRemoved(ownerId);
            Wrote(0);
        }
        else if (hint is null)
        {
            var counts = _counts.WithHintAdded(ownerId);
            Wrote(_hints.Add(ownerId, new Hint(counts.LastHintSequence, key, after)));
            _counts = counts;
        }
        else
        {
            Wrote(_hints.Replace(ownerId, hint with { Record = after }));
        }

        return after;
    }

    public void WriteMetadata(string name, byte[] value)
    {
        _metadata.Put(name, value);
        Wrote(value.Length);
    }

    public void Dispose()
    {
        _records.Dispose();
        _hints.Dispose();
        _metadata.Dispose();
        _countTable.Dispose();
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _connection.Dispose();
    }

    // Damage met while reading, with nothing written yet, is the trouble of one change; while writing, of them all.
    private T Found<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (SqliteException error) when (StoreFaults.SaysDamaged(error))
        {
            throw _faults.Of(error);
        }
    }

    private void Wrote(int sizeBytes)
    {
        HasWritten = true;
        WrittenSizeBytes += sizeBytes;
    }
}
