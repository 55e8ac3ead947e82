using System.Text;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

/// <summary>Full disks and damaged files.</summary>
public sealed class SqliteFaultTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task On_a_full_disk_writes_fail_reads_go_on_and_writes_work_again_when_there_is_room()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath, SizeBytesMax = 512 * 1024 });
        var value = new string('x', 16 * 1024);
        var stored = 0;
        StoreFullException? full = null;
        while (full is null)
        {
            Assert.InRange(stored, 0, 100);
            try
            {
                await store.ChangeAsync(Key($"k{stored}"), Write(value), None);
                stored++;
            }
            catch (StoreFullException error)
            {
                full = error;
            }
        }

        Assert.Contains(_folder.DatabasePath, full.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreFullException>(() => store.ChangeHintAsync("node-2", Key("h"), Write(value), None).AsTask());
        for (var i = 0; i < stored; i++)
        {
            Assert.Equal(value, Value(await store.ReadAsync(Key($"k{i}"), None)));
        }

        Assert.Null(await store.ReadAsync(Key($"k{stored}"), None));
        Assert.Equal((stored, 0), await LiveAndHintsAsync(store));

        await store.ChangeAsync(Key("k0"), _ => null, None);
        await store.ChangeAsync(Key("k1"), _ => null, None);
        Assert.Equal(1ul, Counter(await store.ChangeAsync(Key("again"), Write(value), None)));
        Assert.Equal((stored - 1, 0), await LiveAndHintsAsync(store));
    }

    [Fact]
    public async Task A_commit_that_does_not_fit_fails_all_its_changes_and_leaves_no_trace()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath, SizeBytesMax = 512 * 1024 });
        using var letGo = new ManualResetEventSlim();
        var held = store.ChangeAsync(Key("held"), current => { letGo.Wait(); return current; }, None).AsTask();
        var small = store.ChangeAsync(Key("small"), Write("v"), None).AsTask();
        var large = store.ChangeAsync(Key("large"), Write(new string('x', 1024 * 1024)), None).AsTask();
        letGo.Set();
        await Assert.ThrowsAsync<StoreFullException>(() => held);
        await Assert.ThrowsAsync<StoreFullException>(() => small);
        await Assert.ThrowsAsync<StoreFullException>(() => large);
        Assert.Null(await store.ReadAsync(Key("small"), None));
        Assert.Equal((0, 0), await LiveAndHintsAsync(store));
        Assert.Equal(1ul, Counter(await store.ChangeAsync(Key("small"), Write("v"), None)));
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        await FillAsync();
        using (var file = File.OpenWrite(_folder.DatabasePath))
        {
            file.SetLength(file.Length / 2);
        }

        await RefusedAsync();
    }

    [Fact]
    public async Task An_emptied_file_is_not_taken_for_a_new_store()
    {
        await FillAsync();
        await File.WriteAllBytesAsync(_folder.DatabasePath, []);
        await RefusedAsync();
    }

    [Fact]
    public async Task A_lost_file_is_not_taken_for_a_new_store()
    {
        await FillAsync();
        File.Delete(_folder.DatabasePath);
        await RefusedAsync();
        Assert.False(File.Exists(_folder.DatabasePath));
    }

    [Fact]
    public async Task A_file_of_something_else_is_refused()
    {
        await File.WriteAllTextAsync(_folder.DatabasePath, string.Concat(Enumerable.Repeat("no database at all. ", 1000)));
        await RefusedAsync();
    }

    [Fact]
    public async Task A_file_overwritten_in_its_middle_is_refused_when_small_enough_to_be_checked()
    {
        await FillAsync();
        Overwrite(_folder.DatabasePath);
        await RefusedAsync();
    }

    [Fact]
    public async Task A_file_too_large_to_be_checked_is_opened_and_its_damage_found_on_reading()
    {
        await FillAsync();
        Overwrite(_folder.DatabasePath);
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath, CheckSizeBytesMax = 0 });
        var errors = 0;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                await store.ReadAsync(Key($"k{i:00}"), None);
            }
            catch (StoreDamagedException error)
            {
                AssertNamesTheWayOut(error);
                errors++;
            }
        }

        Assert.InRange(errors, 1, 100);
    }

    [Fact]
    public async Task A_record_with_a_flipped_byte_is_damaged_on_every_way_to_read_it_and_the_others_are_not()
    {
        await FillAsync();
        Flip(_folder.DatabasePath, "value-k42");
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        AssertNamesTheWayOut(await Assert.ThrowsAsync<StoreDamagedException>(() => store.ReadAsync(Key("k42"), None).AsTask()));
        await Assert.ThrowsAsync<StoreDamagedException>(() => store.ReadPageAsync(0, Key("k40"), 10, None).AsTask());
        await Assert.ThrowsAsync<StoreDamagedException>(() => store.ReadHintAsync("node-2", Key("k42"), None).AsTask());
        var sameCommit = store.ChangeAsync(Key("k43"), Write("w"), None).AsTask();
        await Assert.ThrowsAsync<StoreDamagedException>(() => store.ChangeAsync(Key("k42"), Write("w"), None).AsTask());
        Assert.Equal(2ul, Counter(await sameCommit));
        Assert.Equal(41, (await store.ReadPageAsync(0, null, 41, None)).Count(pair => Value(pair.Value)!.StartsWith("value-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("UPDATE records SET epoch = epoch + 1 WHERE key = CAST('k42' AS BLOB)")]
    [InlineData("UPDATE records SET changed_at_ms = changed_at_ms + 1 WHERE key = CAST('k42' AS BLOB)")]
    [InlineData("UPDATE records SET versions = (SELECT versions FROM records WHERE key = CAST('k43' AS BLOB)) WHERE key = CAST('k42' AS BLOB)")]
    [InlineData("UPDATE records SET versions = x'01' WHERE key = CAST('k42' AS BLOB)")]
    public async Task A_record_that_differs_in_any_column_is_damaged(string sql)
    {
        await FillAsync();
        Execute(sql);
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        await Assert.ThrowsAsync<StoreDamagedException>(() => store.ReadAsync(Key("k42"), None).AsTask());
    }

    [Fact]
    public async Task Metadata_that_differs_is_damaged()
    {
        await FillAsync();
        Execute("UPDATE metadata SET value = x'FF' WHERE name = 'epoch'");
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        await Assert.ThrowsAsync<StoreDamagedException>(() => store.ReadMetadataAsync("epoch", None).AsTask());
    }

    private static Task<SqliteRecordStore> OpenAsync(SqliteStoreOptions options) =>
        SqliteRecordStore.OpenAsync(options with { ReadConnections = 2 }, OnePartition, TimeProvider.System, NullLogger.Instance, None);

    private static async Task<(long Live, long Hints)> LiveAndHintsAsync(SqliteRecordStore store)
    {
        var statistics = await store.ReadStatisticsAsync(None);
        return (statistics.LiveKeys, statistics.Hints);
    }

    private async Task FillAsync()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        var changes = Enumerable.Range(0, 100).SelectMany(i => new[]
        {
            store.ChangeAsync(Key($"k{i:00}"), Write($"value-k{i:00}-{new string('x', 400)}"), None).AsTask(),
            store.ChangeHintAsync("node-2", Key($"k{i:00}"), Write($"value-k{i:00}"), None).AsTask(),
        });
        await Task.WhenAll(changes);
        await store.WriteMetadataAsync("epoch", new byte[] { 1 }, None);
    }

    private async Task RefusedAsync() =>
        AssertNamesTheWayOut(await Assert.ThrowsAsync<StoreDamagedException>(() => OpenAsync(new() { Folder = _folder.FullPath })));

    private void AssertNamesTheWayOut(StoreDamagedException error)
    {
        Assert.Contains(_folder.DatabasePath, error.Message, StringComparison.Ordinal);
        Assert.Contains("restore the folder from a backup", error.Message, StringComparison.Ordinal);
        Assert.Contains("rejoin empty", error.Message, StringComparison.Ordinal);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static void Overwrite(string path)
    {
        using var file = File.OpenWrite(path);
        file.Position = file.Length / 2;
        file.Write(Enumerable.Repeat((byte)0xA5, 16 * 1024).ToArray());
    }

    // In every place where the text stands.
    private static void Flip(string path, string text)
    {
        var bytes = File.ReadAllBytes(path);
        var needle = Encoding.UTF8.GetBytes(text);
        var flipped = 0;
        for (var at = bytes.AsSpan().IndexOf(needle); at >= 0; at = bytes.AsSpan().IndexOf(needle))
        {
            bytes[at + 2] ^= 0x10;
            flipped++;
        }

        Assert.InRange(flipped, 1, 10);
        File.WriteAllBytes(path, bytes);
    }
}
