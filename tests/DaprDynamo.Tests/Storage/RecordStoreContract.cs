using System.Text;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

/// <summary>What every record store does, whatever it keeps its records in.</summary>
public abstract class RecordStoreContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    private IRecordStore? _store;

    protected IRecordStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>Opens a new, empty store, beside any that are open.</summary>
    protected abstract Task<IRecordStore> OpenAsync(PartitionSpace space);

    protected virtual void CleanUp()
    {
    }

    public async Task InitializeAsync() => _store = await OpenAsync(new PartitionSpace(8));

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        CleanUp();
    }

    [Fact]
    public void The_generation_is_neither_zero_nor_too_large_for_a_signed_column() =>
        Assert.InRange(Store.Generation, 1ul, (ulong)long.MaxValue);

    [Fact]
    public async Task A_key_never_written_reads_as_nothing() => Assert.Null(await Store.ReadAsync(Key("unknown"), None));

    [Fact]
    public async Task A_change_reads_back_with_versions_epoch_and_time()
    {
        var written = new StoredRecord(Record("{\"a\":1}").Versions, ulong.MaxValue, 1_700_000_000_123);
        var answered = await Store.ChangeAsync(Key("k"), current => current is null ? written : throw new InvalidOperationException(), None);
        var read = await Store.ReadAsync(Key("k"), None);
        Assert.Equal(written, answered);
        Assert.Equal(written, read);
        Assert.Equal("{\"a\":1}", Value(read));
    }

    [Fact]
    public async Task A_change_sees_what_the_change_before_it_left()
    {
        await Store.ChangeAsync(Key("k"), Write("first"), None);
        var seen = "";
        await Store.ChangeAsync(Key("k"), current => { seen = Value(current); return Write("second")(current); }, None);
        Assert.Equal("first", seen);
        Assert.Equal("second", Value(await Store.ReadAsync(Key("k"), None)));
    }

    [Fact]
    public async Task A_thousand_concurrent_increments_of_one_key_lose_nothing()
    {
        var changes = Enumerable.Range(0, 4).Select(task => Task.Run(async () =>
        {
            var own = Enumerable.Range(0, 250).Select(i => Store.ChangeAsync(Key("counter"), Write($"{task}/{i}"), None).AsTask());
            return await Task.WhenAll(own);
        }));
        var answers = (await Task.WhenAll(changes)).SelectMany(own => own).ToList();
        Assert.Equal(1000ul, Counter(await Store.ReadAsync(Key("counter"), None)));
        Assert.Equal(1000, answers.Select(Counter).Distinct().Count());
    }

    [Fact]
    public async Task Blind_concurrent_writes_all_stay_as_siblings()
    {
        var changes = Enumerable.Range(0, 50).Select(i => Store.ChangeAsync(
            Key("k"),
            current => new((current?.Versions ?? DottedVersionVectorSet.Empty).Write(VersionVector.Empty, Writer, Encoding.UTF8.GetBytes($"{i}")), 1, i),
            None).AsTask());
        await Task.WhenAll(changes);
        Assert.Equal(50, (await Store.ReadAsync(Key("k"), None))!.Versions.Siblings.Length);
    }

    [Fact]
    public async Task Changes_of_one_key_take_effect_in_the_order_of_the_calls()
    {
        var changes = Enumerable.Range(0, 500).Select(i => Store.ChangeAsync(Key("k"), Write($"{i}"), None).AsTask()).ToList();
        var answers = await Task.WhenAll(changes);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), answers.Select(Value));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (ulong)i), answers.Select(Counter));
    }

    [Fact]
    public async Task Returning_null_removes_the_record()
    {
        await Store.ChangeAsync(Key("k"), Write("v"), None);
        Assert.Null(await Store.ChangeAsync(Key("k"), _ => null, None));
        Assert.Null(await Store.ReadAsync(Key("k"), None));
        Assert.Empty(await Store.ReadPageAsync(new PartitionSpace(8).PartitionOf(Key("k")), null, 10, None));
        Assert.Null(await Store.ChangeAsync(Key("k"), _ => null, None));
    }

    [Fact]
    public async Task Returning_the_very_object_changes_nothing_and_answers_it()
    {
        await Store.ChangeAsync(Key("k"), Write("v"), None);
        StoredRecord? given = null;
        var answered = await Store.ChangeAsync(Key("k"), current => given = current, None);
        Assert.NotNull(answered);
        Assert.Same(given, answered);
        Assert.Equal("v", Value(await Store.ReadAsync(Key("k"), None)));
    }

    [Fact]
    public async Task A_change_that_throws_fails_only_its_own_caller()
    {
        await Store.ChangeAsync(Key("k"), Write("v"), None);
        var before = Store.ChangeAsync(Key("a"), Write("a"), None).AsTask();
        var broken = Store.ChangeAsync(Key("k"), _ => throw new FormatException("no"), None).AsTask();
        var after = Store.ChangeAsync(Key("k"), Write("w"), None).AsTask();
        Assert.Equal("no", (await Assert.ThrowsAsync<FormatException>(() => broken)).Message);
        Assert.Equal("a", Value(await before));
        Assert.Equal(2ul, Counter(await after));
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_is_cancelled_and_changes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ChangeAsync(Key("k"), Write("v"), cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync(Key("k"), cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteMetadataAsync("m", new byte[1], cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadPageAsync(0, null, 1, cancelled).AsTask());
        Assert.Null(await Store.ReadAsync(Key("k"), None));
        Assert.Null(await Store.ReadMetadataAsync("m", None));
    }

    [Fact]
    public async Task Pages_go_through_a_partition_in_the_order_of_the_keys_bytes()
    {
        await using var store = await OpenAsync(OnePartition);
        string[] texts =
        [
            "/", "a", "a/b", "a/b/c", "a0", "Z", "é", "日本", "😀", "\0", "\0\0", "~", "a\u007f", new string('k', Core.Ring.Key.SizeBytesMax),
        ];
        foreach (var text in texts)
        {
            await store.ChangeAsync(Key(text), Write(text), None);
        }

        var expected = texts.Select(Key).Order().Select(key => key.ToString()).ToList();
        foreach (var limit in new[] { 1, 2, 5, texts.Length, 100 })
        {
            Assert.Equal(expected, (await ReadAllAsync(store, 0, limit)).Select(pair => pair.Key.ToString()));
        }

        Assert.Equal(expected, (await ReadAllAsync(store, 0, 3)).Select(pair => Value(pair.Value)));
    }

    [Fact]
    public async Task A_page_begins_after_a_key_that_is_not_there_any_more()
    {
        await using var store = await OpenAsync(OnePartition);
        foreach (var text in new[] { "a", "b", "c" })
        {
            await store.ChangeAsync(Key(text), Write(text), None);
        }

        await store.ChangeAsync(Key("b"), _ => null, None);
        Assert.Equal(["c"], (await store.ReadPageAsync(0, Key("b"), 10, None)).Select(pair => pair.Key.ToString()));
        Assert.Empty(await store.ReadPageAsync(0, Key("c"), 10, None));
        Assert.Empty(await store.ReadPageAsync(0, Key("d"), 10, None));
    }

    [Fact]
    public async Task Every_key_is_paged_in_its_own_partition_and_in_no_other()
    {
        var space = new PartitionSpace(8);
        var keys = Enumerable.Range(0, 200).Select(i => Key($"key/{i}")).ToList();
        await Task.WhenAll(keys.Select(key => Store.ChangeAsync(key, Write("v"), None).AsTask()));
        for (var partition = 0; partition < space.Count; partition++)
        {
            var expected = keys.Where(key => space.PartitionOf(key) == partition).Order().ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, (await ReadAllAsync(Store, partition, 7)).Select(pair => pair.Key));
        }
    }

    [Fact]
    public async Task A_scan_tells_the_keys_that_have_a_value_with_their_figures_and_passes_deleted_ones_over()
    {
        await using var store = await OpenAsync(OnePartition);
        await store.ChangeAsync(Key("b"), _ => Record("1234", changedAtMs: 77), None);
        await store.ChangeAsync(Key("c"), _ => Tombstone(), None);
        await store.ChangeAsync(
            Key("d"), _ => new(Record("12").Versions.Write(VersionVector.Empty, new Actor("node-2", 7, 1), Encoding.UTF8.GetBytes("345")), 1, 78), None);

        var scan = await store.ScanKeysAsync(0, null, 10, None);

        Assert.Equal([(Key("b"), 1, 4L, 77L), (Key("d"), 2, 5L, 78L)], scan.Keys.Select(key => (key.Key, key.Siblings, key.SizeBytes, key.ChangedAtMs)));
        Assert.Equal((1, null), (scan.Deleted, scan.LookedUpTo));
        Assert.Empty((await store.ScanKeysAsync(0, Key("d"), 10, None)).Keys);

        await store.ChangeAsync(Key("b"), _ => Record("1", changedAtMs: 79), None);
        await store.ChangeAsync(Key("d"), _ => Tombstone(), None);
        Assert.Equal([(Key("b"), 1L)], (await store.ScanKeysAsync(0, null, 10, None)).Keys.Select(key => (key.Key, key.SizeBytes)));
    }

    [Fact]
    public async Task A_scan_looks_at_no_more_records_than_it_may_although_all_are_deleted()
    {
        await using var store = await OpenAsync(OnePartition);
        foreach (var text in new[] { "a", "b", "c", "d" })
        {
            await store.ChangeAsync(Key(text), _ => Tombstone(), None);
        }

        await store.ChangeAsync(Key("e"), Write("v"), None);

        var first = await store.ScanKeysAsync(0, null, 3, None);
        Assert.Equal((0, 3, Key("c")), (first.Keys.Count, first.Deleted, first.LookedUpTo));
        var second = await store.ScanKeysAsync(0, first.LookedUpTo, 3, None);
        Assert.Equal(Key("e"), Assert.Single(second.Keys).Key);
        Assert.Equal((1, null), (second.Deleted, second.LookedUpTo));
    }

    [Fact]
    public async Task Metadata_reads_back_and_is_overwritten()
    {
        Assert.Null(await Store.ReadMetadataAsync("epoch", None));
        var buffer = new byte[] { 1, 2, 3 };
        var written = Store.WriteMetadataAsync("epoch", buffer, None);
        buffer[0] = 9;
        await written;
        Assert.Equal("010203", await HexAsync("epoch"));
        await Store.WriteMetadataAsync("epoch", ReadOnlyMemory<byte>.Empty, None);
        Assert.Equal("", await HexAsync("epoch"));
        Assert.Null(await Store.ReadMetadataAsync("other", None));
    }

    [Fact]
    public async Task Statistics_follow_records_as_they_live_die_and_go()
    {
        Assert.Equal((0, 0, 0), await CountsAsync());
        await Store.ChangeAsync(Key("a"), Write("a"), None);
        await Store.ChangeAsync(Key("b"), Write("b"), None);
        await Store.ChangeAsync(Key("b"), Write("bb"), None);
        await Store.ChangeAsync(Key("c"), _ => Tombstone(), None);
        Assert.Equal((2, 1, 0), await CountsAsync());
        await Store.ChangeAsync(Key("a"), current => current! with { Versions = current.Versions.Delete(current.Versions.Context) }, None);
        Assert.Equal((1, 2, 0), await CountsAsync());
        await Store.ChangeHintAsync("node-2", Key("a"), Write("h"), None);
        await Store.ChangeHintAsync("node-3", Key("a"), Write("h"), None);
        Assert.Equal((1, 2, 2), await CountsAsync());
        await Store.ChangeAsync(Key("a"), _ => null, None);
        await Store.ChangeAsync(Key("b"), _ => null, None);
        await Store.ChangeHintAsync("node-3", Key("a"), _ => null, None);
        Assert.Equal((0, 1, 1), await CountsAsync());
        Assert.True((await Store.ReadStatisticsAsync(None)).SizeBytes > 0);
    }

    [Fact]
    public async Task A_failed_change_leaves_the_statistics_alone()
    {
        await Assert.ThrowsAsync<FormatException>(() => Store.ChangeAsync(Key("a"), _ => throw new FormatException(), None).AsTask());
        await Assert.ThrowsAsync<FormatException>(() => Store.ChangeHintAsync("n", Key("a"), _ => throw new FormatException(), None).AsTask());
        Assert.Equal((0, 0, 0), await CountsAsync());
        Assert.Empty(await Store.CountHintsAsync(None));
    }

    [Fact]
    public async Task Arguments_out_of_range_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadPageAsync(8, null, 1, None).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadPageAsync(-1, null, 1, None).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadPageAsync(0, null, 0, None).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ScanKeysAsync(8, null, 1, None).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ScanKeysAsync(0, null, 0, None).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadHintsAsync("n", 0, 0, None).AsTask());
    }

    [Fact]
    public async Task A_closed_store_says_so_and_closes_twice()
    {
        var store = await OpenAsync(OnePartition);
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync(Key("k"), None).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ChangeAsync(Key("k"), Write("v"), None).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadStatisticsAsync(None).AsTask());
    }

    protected static async Task<List<KeyValuePair<Key, StoredRecord>>> ReadAllAsync(IRecordStore store, int partition, int limit)
    {
        var all = new List<KeyValuePair<Key, StoredRecord>>();
        for (var page = await store.ReadPageAsync(partition, null, limit, None); page.Count > 0;)
        {
            Assert.InRange(page.Count, 1, limit);
            all.AddRange(page);
            page = await store.ReadPageAsync(partition, page[^1].Key, limit, None);
        }

        return all;
    }

    private async Task<string> HexAsync(string name) =>
        Convert.ToHexString(await Store.ReadMetadataAsync(name, None) ?? throw new InvalidOperationException($"There is no '{name}'."));

    private async Task<(long Live, long Tombstones, long Hints)> CountsAsync()
    {
        var statistics = await Store.ReadStatisticsAsync(None);
        return (statistics.LiveKeys, statistics.Tombstones, statistics.Hints);
    }
}
