using System.Collections.Immutable;
using System.Globalization;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>The tables of a store's database, made in one transaction, and the checks that they are the ones wanted.</summary>
internal static class SqliteSchema
{
    public const string LiveKeysFact = "live_keys";
    public const string TombstonesFact = "tombstones";
    public const string LastHintSequenceFact = "last_hint_sequence";

    private const string GenerationFact = "generation";
    private const string PartitionsFact = "partitions";

    // Bump with every change of the tables, and write the step from the one before.
    private const long Version = 2;
    private const long OldestVersion = 1;

    // "DDyn", so that any other program's database is told apart.
    private const long ApplicationId = 0x4444796E;

    // Values come last: what stands before them is read without walking through the pages of a large value. So the figures
    // that lists of keys tell (siblings, values_size_bytes) are written down, although the values would tell them too.
    private const string RecordColumns = """
        (
            partition INTEGER NOT NULL, key BLOB NOT NULL,
            epoch INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL, seal INTEGER NOT NULL,
            siblings INTEGER NOT NULL, values_size_bytes INTEGER NOT NULL, versions BLOB NOT NULL,
            PRIMARY KEY (partition, key)) WITHOUT ROWID, STRICT
        """;

    private const string Tables = $"""
        CREATE TABLE records {RecordColumns};
        CREATE TABLE hints (
            owner TEXT NOT NULL, sequence INTEGER NOT NULL, key BLOB NOT NULL,
            epoch INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL, seal INTEGER NOT NULL, versions BLOB NOT NULL,
            PRIMARY KEY (owner, sequence)) WITHOUT ROWID, STRICT;
        CREATE UNIQUE INDEX hints_by_key ON hints (owner, key);
        CREATE TABLE metadata (name TEXT NOT NULL PRIMARY KEY, seal INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID, STRICT;
        CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
        CREATE TABLE hint_owners (owner TEXT NOT NULL PRIMARY KEY, hints INTEGER NOT NULL) WITHOUT ROWID, STRICT;
        """;

    /// <summary>Whether the database has no tables at all.</summary>
    public static bool IsEmpty(SqliteConnection connection) => SqliteFile.Scalar(connection, "SELECT count(*) FROM sqlite_master") is 0L;

    /// <summary>Makes the tables, and with them the store's generation. Either all of it is on disk afterwards or nothing.</summary>
    public static void Create(SqliteConnection connection, PartitionSpace space) => SqliteFile.Run(connection, string.Create(
        CultureInfo.InvariantCulture,
        $"""
        BEGIN IMMEDIATE;
        {Tables}
        INSERT INTO facts (name, value) VALUES
            ('{GenerationFact}', {GenerationSource.Draw()}), ('{PartitionsFact}', {space.Count}),
            ('{LiveKeysFact}', 0), ('{TombstonesFact}', 0), ('{LastHintSequenceFact}', 0);
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        COMMIT;
        """));

    /// <summary>Gives the store another generation.</summary>
    public static void RenewGeneration(SqliteConnection connection) => SqliteFile.Run(connection, string.Create(
        CultureInfo.InvariantCulture, $"UPDATE facts SET value = {GenerationSource.Draw()} WHERE name = '{GenerationFact}'"));

    /// <summary>Checks that the tables are this program's, of this version and for this many partitions.</summary>
    /// <exception cref="StoreMismatchException">They are not.</exception>
    public static void Check(SqliteConnection connection, PartitionSpace space, StoreFaults faults)
    {
        if (SqliteFile.Scalar(connection, "PRAGMA application_id") is not ApplicationId)
        {
            throw new StoreMismatchException($"The file '{faults.File}' is no DaprDynamo store: another program made it. Choose another folder.");
        }

        var version = ReadVersion(connection);
        if (version is < OldestVersion or > Version)
        {
            throw new StoreMismatchException(string.Create(
                CultureInfo.InvariantCulture,
                $"The store's file '{faults.File}' has the format {version}, and this version of DaprDynamo reads format {Version}. " +
                $"Use the version that wrote it."));
        }

        var partitions = Fact(connection, PartitionsFact, faults);
        if (partitions != space.Count)
        {
            throw new StoreMismatchException(string.Create(
                CultureInfo.InvariantCulture,
                $"The store's file '{faults.File}' was made for {partitions} partitions, and this node is set to {space.Count}. " +
                $"The number is fixed when a cluster is created: set it back to {partitions}, or give the node an empty folder."));
        }
    }

    /// <summary>Whether the tables are of an older version: <see cref="Upgrade"/> is to come before anything else.</summary>
    public static bool IsOld(SqliteConnection connection) => ReadVersion(connection) < Version;

    /// <summary>
    /// Brings tables of an older version up to this one, in one transaction: either all of it is on disk afterwards or nothing. It
    /// copies all records, as a column can be put before the values in no other way.
    /// </summary>
    public static void Upgrade(SqliteConnection connection)
    {
        connection.CreateFunction("siblings_of", (byte[] versions) => FiguresOf(versions).Siblings, isDeterministic: true);
        connection.CreateFunction("values_size_of", (byte[] versions) => FiguresOf(versions).SizeBytes, isDeterministic: true);
        SqliteFile.Run(connection, string.Create(
            CultureInfo.InvariantCulture,
            $"""
            BEGIN IMMEDIATE;
            CREATE TABLE records_with_figures {RecordColumns};
            INSERT INTO records_with_figures (partition, key, epoch, changed_at_ms, seal, siblings, values_size_bytes, versions)
                SELECT partition, key, epoch, changed_at_ms, seal, siblings_of(versions), values_size_of(versions), versions FROM records ORDER BY partition, key;
            DROP TABLE records;
            ALTER TABLE records_with_figures RENAME TO records;
            PRAGMA user_version = {Version};
            COMMIT;
            """));
    }

    /// <summary>Reads the whole file and checks that it hangs together.</summary>
    /// <exception cref="StoreDamagedException">It does not.</exception>
    public static void CheckWholeFile(SqliteConnection connection, StoreFaults faults)
    {
        if (SqliteFile.Scalar(connection, "PRAGMA quick_check(1)") is not "ok" and var found)
        {
            throw faults.Damaged($"its check says '{found}'");
        }
    }

    /// <summary>The store's generation.</summary>
    public static ulong ReadGeneration(SqliteConnection connection, StoreFaults faults) =>
        Fact(connection, GenerationFact, faults) is > 0 and var generation ? (ulong)generation : throw faults.Damaged("its generation is 0");

    /// <summary>What the store holds, as counted up to its last commit: no row of the tables themselves is read.</summary>
    public static StoreCounts ReadCounts(SqliteConnection connection, StoreFaults faults)
    {
        var hints = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT owner, hints FROM hint_owners";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            hints[row.GetString(0)] = row.GetInt64(1);
        }

        return new StoreCounts(
            Fact(connection, LiveKeysFact, faults),
            Fact(connection, TombstonesFact, faults),
            Fact(connection, LastHintSequenceFact, faults),
            hints.ToImmutable());
    }

    // A record that has rotted is found when it is read itself; until then it is listed like any other.
    private static (long Siblings, long SizeBytes) FiguresOf(byte[] versions)
    {
        try
        {
            var record = RecordCodec.Decode(versions);
            return (record.Siblings.Length, record.ValuesSizeBytes);
        }
        catch (InvalidDataException)
        {
            return (1, versions.Length);
        }
    }

    private static long ReadVersion(SqliteConnection connection) => SqliteFile.Scalar(connection, "PRAGMA user_version") is long version ? version : 0;

    private static long Fact(SqliteConnection connection, string name, StoreFaults faults) =>
        SqliteFile.Scalar(connection, $"SELECT value FROM facts WHERE name = '{name}'") is long value
            ? value
            : throw faults.Damaged($"it lacks the fact '{name}'");
}
