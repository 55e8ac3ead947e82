using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>Reads the columns that records and hints share: key, epoch, changed_at_ms, seal, versions, in this order.</summary>
internal static class RecordRow
{
    /// <summary>Reads the columns from the given one on.</summary>
    /// <exception cref="StoreDamagedException">They are not what was written.</exception>
    public static (Key Key, StoredRecord Record) Read(SqliteDataReader row, int column, string owner, StoreFaults faults)
    {
        byte[] utf8;
        byte[] versions;
        ulong epoch;
        long changedAtMs;
        long seal;
        try
        {
            utf8 = row.GetFieldValue<byte[]>(column);
            epoch = unchecked((ulong)row.GetInt64(column + 1));
            changedAtMs = row.GetInt64(column + 2);
            seal = row.GetInt64(column + 3);
            versions = row.GetFieldValue<byte[]>(column + 4);
        }
        catch (Exception error) when (error is InvalidCastException or InvalidOperationException)
        {
            // The schema allows no such thing as a null here, so a column's type has rotted.
            throw faults.Damaged("a row holds something else than a record", error);
        }

        if (seal != RowSeal.OfRecord(owner, utf8, epoch, changedAtMs, versions) || !Key.TryFromUtf8(utf8, out var key))
        {
            throw faults.Damaged($"a row of {utf8.Length + versions.Length} bytes does not match its checksum");
        }

        try
        {
            return (key, new StoredRecord(RecordCodec.Decode(versions), epoch, changedAtMs));
        }
        catch (InvalidDataException error)
        {
            throw faults.Damaged($"the key with the hash {key.HashText} cannot be read ({error.Message})", error);
        }
    }
}
