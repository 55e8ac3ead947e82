using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

/// <summary>What stays when a store is closed and opened again, and which folders are refused.</summary>
public sealed class SqliteDurabilityTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reopening_keeps_everything_and_the_generation()
    {
        ulong generation;
        long lastSequence;
        StoreStatistics before;
        await using (var store = await OpenAsync())
        {
            generation = store.Generation;
            for (var i = 0; i < 20; i++)
            {
                await store.ChangeAsync(Key($"k{i}"), Write($"v{i}"), None);
                await store.ChangeHintAsync("node-2", Key($"k{i}"), Write($"h{i}"), None);
            }

            await store.ChangeAsync(Key("k0"), _ => Tombstone(), None);
            await store.ChangeAsync(Key("k1"), _ => null, None);
            await store.ChangeHintAsync("node-2", Key("k19"), _ => null, None);
            await store.WriteMetadataAsync("epoch", new byte[] { 4, 2 }, None);
            lastSequence = (await store.ReadHintsAsync("node-2", 0, 100, None))[^1].Sequence;
            before = await store.ReadStatisticsAsync(None);
        }

        await using var again = await OpenAsync();
        Assert.Equal(generation, again.Generation);
        Assert.Null(await again.ReadAsync(Key("k1"), None));
        Assert.True((await again.ReadAsync(Key("k0"), None))!.Versions.IsTombstone);
        for (var i = 2; i < 20; i++)
        {
            Assert.Equal($"v{i}", Value(await again.ReadAsync(Key($"k{i}"), None)));
        }

        Assert.Equal("h7", Value(await again.ReadHintAsync("node-2", Key("k7"), None)));
        Assert.Equal([4, 2], (await again.ReadMetadataAsync("epoch", None)) ?? []);
        var after = await again.ReadStatisticsAsync(None);
        Assert.Equal((18, 1, 19), (after.LiveKeys, after.Tombstones, after.Hints));
        Assert.Equal((before.LiveKeys, before.Tombstones, before.Hints), (after.LiveKeys, after.Tombstones, after.Hints));
        Assert.Equal(new Dictionary<string, long> { ["node-2"] = 19 }, await again.CountHintsAsync(None));
        // k19's place was the last one given out: it must not be given out again, though its hint is gone.
        await again.ChangeHintAsync("node-2", Key("new"), Write("v"), None);
        Assert.True((await again.ReadHintsAsync("node-2", lastSequence, 10, None)).Single().Sequence > lastSequence + 1);
    }

    [Fact]
    public async Task A_clean_close_leaves_the_database_alone_without_its_log()
    {
        await using (var store = await OpenAsync())
        {
            await store.ChangeAsync(Key("k"), Write("v"), None);
        }

        Assert.Equal(["store.db", "store.lock"], Directory.GetFiles(_folder.FullPath).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Changes_in_line_when_the_store_is_closed_are_finished()
    {
        var store = await OpenAsync();
        var changes = Enumerable.Range(0, 500).Select(i => store.ChangeAsync(Key($"k{i}"), Write("v"), None).AsTask()).ToList();
        await store.DisposeAsync();
        Assert.All(changes, change => Assert.True(change.IsCompletedSuccessfully));
        await using var again = await OpenAsync();
        Assert.Equal(500, (await again.ReadStatisticsAsync(None)).LiveKeys);
    }

    [Fact]
    public async Task Another_folder_has_another_generation()
    {
        using var other = new StoreFolder();
        await using var store = await OpenAsync();
        await using var second = await OpenAsync(new SqliteStoreOptions { Folder = other.FullPath });
        Assert.NotEqual(store.Generation, second.Generation);
    }

    [Fact]
    public async Task A_restored_backup_can_be_opened_under_a_new_generation()
    {
        ulong generation;
        await using (var store = await OpenAsync())
        {
            generation = store.Generation;
            await store.ChangeAsync(Key("k"), Write("v"), None);
        }

        ulong renewed;
        await using (var store = await OpenAsync(new SqliteStoreOptions { Folder = _folder.FullPath, RenewGeneration = true }))
        {
            renewed = store.Generation;
            Assert.NotEqual(generation, renewed);
            Assert.Equal("v", Value(await store.ReadAsync(Key("k"), None)));
        }

        await using var again = await OpenAsync();
        Assert.Equal(renewed, again.Generation);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_made()
    {
        await using var store = await OpenAsync(new SqliteStoreOptions { Folder = Path.Combine(_folder.FullPath, "a", "b") });
        await store.ChangeAsync(Key("k"), Write("v"), None);
        Assert.True(File.Exists(Path.Combine(_folder.FullPath, "a", "b", "store.db")));
    }

    [Fact]
    public async Task Another_number_of_partitions_is_refused_and_harms_nothing()
    {
        await using (var store = await OpenAsync())
        {
            await store.ChangeAsync(Key("k"), Write("v"), None);
        }

        var error = await Assert.ThrowsAsync<StoreMismatchException>(() => OpenAsync(partitions: 16));
        Assert.Contains("made for 8 partitions, and this node is set to 16", error.Message, StringComparison.Ordinal);
        await using var again = await OpenAsync();
        Assert.Equal("v", Value(await again.ReadAsync(Key("k"), None)));
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_by_name_until_it_is_free()
    {
        var store = await OpenAsync();
        var error = await Assert.ThrowsAsync<StoreLockedException>(() => OpenAsync());
        Assert.Contains($"'{_folder.FullPath}' is locked", error.Message, StringComparison.Ordinal);
        await store.ChangeAsync(Key("k"), Write("v"), None);
        await store.DisposeAsync();
        await using var again = await OpenAsync();
        Assert.Equal("v", Value(await again.ReadAsync(Key("k"), None)));
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_as_it_is()
    {
        Execute("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
        await Assert.ThrowsAsync<StoreMismatchException>(() => OpenAsync());
        Execute("INSERT INTO theirs VALUES (2)");
    }

    [Fact]
    public async Task A_format_of_another_version_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("PRAGMA user_version = 3");
        var error = await Assert.ThrowsAsync<StoreMismatchException>(() => OpenAsync());
        Assert.Contains("has the format 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_the_first_format_is_brought_up_to_this_one_with_all_it_holds()
    {
        await using (var store = await OpenAsync())
        {
            await store.ChangeAsync(Key("a"), Write("12345"), None);
            await store.ChangeAsync(Key("b"), _ => Tombstone(), None);
            await store.ChangeHintAsync("node-2", Key("a"), Write("h"), None);
        }

        Execute("""
            CREATE TABLE first_format (
                partition INTEGER NOT NULL, key BLOB NOT NULL,
                epoch INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL, seal INTEGER NOT NULL, versions BLOB NOT NULL,
                PRIMARY KEY (partition, key)) WITHOUT ROWID, STRICT;
            INSERT INTO first_format SELECT partition, key, epoch, changed_at_ms, seal, versions FROM records;
            DROP TABLE records;
            ALTER TABLE first_format RENAME TO records;
            PRAGMA user_version = 1;
            """);

        for (var opening = 0; opening < 2; opening++)
        {
            await using var store = await OpenAsync();
            Assert.Equal("12345", Value(await store.ReadAsync(Key("a"), None)));
            Assert.True((await store.ReadAsync(Key("b"), None))!.Versions.IsTombstone);
            Assert.Equal("h", Value(await store.ReadHintAsync("node-2", Key("a"), None)));
            var space = new PartitionSpace(8);
            var listed = Assert.Single((await store.ScanKeysAsync(space.PartitionOf(Key("a")), null, 10, None)).Keys);
            Assert.Equal((Key("a"), 1, 5L), (listed.Key, listed.Siblings, listed.SizeBytes));
            await store.ChangeAsync(Key("c"), Write("new"), None);
        }
    }

    [Fact]
    public async Task Settings_out_of_range_are_refused_before_anything_is_touched()
    {
        var folder = Path.Combine(_folder.FullPath, "never");
        var options = new SqliteStoreOptions { Folder = folder };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => OpenAsync(options with { ReadConnections = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => OpenAsync(options with { WaitingChangesMax = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => OpenAsync(options with { CommitSizeBytesMax = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(options with { Folder = " " }));
        Assert.False(Directory.Exists(folder));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private Task<SqliteRecordStore> OpenAsync(int partitions = 8) => OpenAsync(new SqliteStoreOptions { Folder = _folder.FullPath }, partitions);

    private static Task<SqliteRecordStore> OpenAsync(SqliteStoreOptions options, int partitions = 8) =>
        SqliteRecordStore.OpenAsync(options, new PartitionSpace(partitions), TimeProvider.System, NullLogger.Instance, None);
}
