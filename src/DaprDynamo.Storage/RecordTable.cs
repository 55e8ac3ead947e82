using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>The node's own records, as one connection sees them. Not safe for concurrent use.</summary>
internal sealed class RecordTable(SqliteConnection connection, PartitionSpace space, StoreFaults faults) : IDisposable
{
    private readonly SqliteStatement _find = new(
        connection,
        "SELECT key, epoch, changed_at_ms, seal, versions FROM records WHERE partition = $1 AND key = $2",
        SqliteType.Integer, SqliteType.Blob);

    private readonly SqliteStatement _page = new(
        connection,
        "SELECT key, epoch, changed_at_ms, seal, versions FROM records WHERE partition = $1 AND key > $2 ORDER BY key LIMIT $3",
        SqliteType.Integer, SqliteType.Blob, SqliteType.Integer);

    // Not "partition = $1": to see whether a row is still in the partition, SQLite would read the whole of it, its values too.
    private readonly SqliteStatement _scan = new(
        connection,
        "SELECT key, changed_at_ms, siblings, values_size_bytes, partition FROM records WHERE (partition, key) > ($1, $2) ORDER BY partition, key LIMIT $3",
        SqliteType.Integer, SqliteType.Blob, SqliteType.Integer);

    private readonly SqliteStatement _put = new(
        connection,
        """
        INSERT INTO records (partition, key, epoch, changed_at_ms, seal, siblings, values_size_bytes, versions) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (partition, key) DO UPDATE SET
            epoch = excluded.epoch, changed_at_ms = excluded.changed_at_ms, seal = excluded.seal,
            siblings = excluded.siblings, values_size_bytes = excluded.values_size_bytes, versions = excluded.versions
        """,
        SqliteType.Integer, SqliteType.Blob, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Blob);

    private readonly SqliteStatement _remove = new(
        connection, "DELETE FROM records WHERE partition = $1 AND key = $2", SqliteType.Integer, SqliteType.Blob);

    public StoredRecord? Find(Key key)
    {
        using var row = _find.Read(space.PartitionOf(key), SqliteStatement.Blob(key.Utf8));
        return row.Read() ? RecordRow.Read(row, column: 0, owner: "", faults).Record : null;
    }

    public List<KeyValuePair<Key, StoredRecord>> Page(int partition, Key? after, int limit, CancellationToken cancellationToken)
    {
        var page = new List<KeyValuePair<Key, StoredRecord>>();
        // Every key's bytes come after none at all.
        using var row = _page.Read(partition, after is null ? [] : SqliteStatement.Blob(after.Utf8), limit);
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (key, record) = RecordRow.Read(row, column: 0, owner: "", faults);
            RequireIn(partition, key);
            page.Add(new(key, record));
        }

        return page;
    }

    public KeyScan Scan(int partition, Key? after, int limit, CancellationToken cancellationToken)
    {
        var keys = new List<ListedKey>();
        Key? last = null;
        var lookedAt = 0;
        using var row = _scan.Read(partition, after is null ? [] : SqliteStatement.Blob(after.Utf8), limit);
        for (; row.Read() && row.GetInt64(4) == partition; lookedAt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Key.TryFromUtf8(row.GetFieldValue<byte[]>(0), out last))
            {
                throw faults.Damaged($"a row of partition {partition} holds something else than a key");
            }

            RequireIn(partition, last);
            if (row.GetInt32(2) is > 0 and var siblings)
            {
                keys.Add(new ListedKey(last, siblings, row.GetInt64(3), row.GetInt64(1)));
            }
        }

        return new KeyScan(keys, lookedAt - keys.Count, lookedAt < limit ? null : last);
    }

    /// <summary>Writes a record.</summary>
    /// <returns>The size of what was written, in bytes.</returns>
    public int Put(Key key, StoredRecord record)
    {
        var versions = RecordCodec.Encode(record.Versions);
        _put.Run(
            space.PartitionOf(key),
            SqliteStatement.Blob(key.Utf8),
            unchecked((long)record.Epoch),
            record.ChangedAtMs,
            RowSeal.OfRecord("", key.Utf8.Span, record.Epoch, record.ChangedAtMs, versions),
            record.Versions.Siblings.Length,
            record.Versions.ValuesSizeBytes,
            versions);
        return key.Utf8.Length + versions.Length;
    }

    public void Remove(Key key) => _remove.Run(space.PartitionOf(key), SqliteStatement.Blob(key.Utf8));

    public void Dispose()
    {
        _find.Dispose();
        _page.Dispose();
        _scan.Dispose();
        _put.Dispose();
        _remove.Dispose();
    }

    private void RequireIn(int partition, Key key)
    {
        if (space.PartitionOf(key) != partition)
        {
            throw faults.Damaged($"a record of the key with the hash {key.HashText} lies in partition {partition}, where it does not belong");
        }
    }
}
