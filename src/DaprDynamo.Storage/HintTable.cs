using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>The records kept for other members, as one connection sees them. Not safe for concurrent use.</summary>
internal sealed class HintTable(SqliteConnection connection, StoreFaults faults) : IDisposable
{
    private readonly SqliteStatement _find = new(
        connection,
        "SELECT sequence, key, epoch, changed_at_ms, seal, versions FROM hints WHERE owner = $1 AND key = $2",
        SqliteType.Text, SqliteType.Blob);

    private readonly SqliteStatement _page = new(
        connection,
        "SELECT sequence, key, epoch, changed_at_ms, seal, versions FROM hints WHERE owner = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        SqliteType.Text, SqliteType.Integer, SqliteType.Integer);

    // Adding and replacing are two statements: if the sequence were ever wrong, an add fails and overwrites nobody's hint.
    private readonly SqliteStatement _add = new(
        connection,
        "INSERT INTO hints (owner, sequence, key, epoch, changed_at_ms, seal, versions) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        SqliteType.Text, SqliteType.Integer, SqliteType.Blob, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Blob);

    private readonly SqliteStatement _replace = new(
        connection,
        "UPDATE hints SET epoch = $3, changed_at_ms = $4, seal = $5, versions = $6 WHERE owner = $1 AND sequence = $2",
        SqliteType.Text, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Blob);

    private readonly SqliteStatement _remove = new(
        connection, "DELETE FROM hints WHERE owner = $1 AND sequence = $2", SqliteType.Text, SqliteType.Integer);

    public Hint? Find(string ownerId, Key key)
    {
        using var row = _find.Read(ownerId, SqliteStatement.Blob(key.Utf8));
        return row.Read() ? Read(row, ownerId) : null;
    }

    public List<Hint> Page(string ownerId, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        var page = new List<Hint>();
        using var row = _page.Read(ownerId, afterSequence, limit);
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.Add(Read(row, ownerId));
        }

        return page;
    }

    /// <summary>Stores a hint that is not there yet.</summary>
    /// <returns>The size of what was written, in bytes.</returns>
    public int Add(string ownerId, Hint hint)
    {
        var versions = RecordCodec.Encode(hint.Record.Versions);
        _add.Run(
            ownerId,
            hint.Sequence,
            SqliteStatement.Blob(hint.Key.Utf8),
            unchecked((long)hint.Record.Epoch),
            hint.Record.ChangedAtMs,
            Seal(ownerId, hint, versions),
            versions);
        return hint.Key.Utf8.Length + versions.Length;
    }

    /// <summary>Stores a hint in the place of the one with its sequence.</summary>
    /// <returns>The size of what was written, in bytes.</returns>
    public int Replace(string ownerId, Hint hint)
    {
        var versions = RecordCodec.Encode(hint.Record.Versions);
        _replace.Run(
            ownerId, hint.Sequence, unchecked((long)hint.Record.Epoch), hint.Record.ChangedAtMs, Seal(ownerId, hint, versions), versions);
        return versions.Length;
    }

    public void Remove(string ownerId, long sequence) => _remove.Run(ownerId, sequence);

    public void Dispose()
    {
        _find.Dispose();
        _page.Dispose();
        _add.Dispose();
        _replace.Dispose();
        _remove.Dispose();
    }

    private static long Seal(string ownerId, Hint hint, byte[] versions) =>
        RowSeal.OfRecord(ownerId, hint.Key.Utf8.Span, hint.Record.Epoch, hint.Record.ChangedAtMs, versions);

    private Hint Read(SqliteDataReader row, string ownerId)
    {
        var (key, record) = RecordRow.Read(row, column: 1, ownerId, faults);
        return new Hint(row.GetInt64(0), key, record);
    }
}
