using DaprDynamo.Cluster.Storing;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>What the node remembers about itself, as one connection sees it. Not safe for concurrent use.</summary>
internal sealed class MetadataTable(SqliteConnection connection, StoreFaults faults) : IDisposable
{
    private readonly SqliteStatement _find = new(connection, "SELECT seal, value FROM metadata WHERE name = $1", SqliteType.Text);

    private readonly SqliteStatement _put = new(
        connection,
        """
        INSERT INTO metadata (name, seal, value) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET seal = excluded.seal, value = excluded.value
        """,
        SqliteType.Text, SqliteType.Integer, SqliteType.Blob);

    /// <exception cref="StoreDamagedException">The value is not what was written.</exception>
    public byte[]? Find(string name)
    {
        using var row = _find.Read(name);
        if (!row.Read())
        {
            return null;
        }

        var value = row.GetFieldValue<byte[]>(1);
        return row.GetInt64(0) == RowSeal.OfMetadata(name, value)
            ? value
            : throw faults.Damaged($"the node's note '{name}' does not match its checksum");
    }

    public void Put(string name, byte[] value) => _put.Run(name, RowSeal.OfMetadata(name, value), value);

    public void Dispose()
    {
        _find.Dispose();
        _put.Dispose();
    }
}
