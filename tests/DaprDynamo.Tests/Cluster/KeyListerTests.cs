using DaprDynamo.Cluster;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Tombstones;
using DaprDynamo.Core.Ring;
using DaprDynamo.Storage;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Cluster;

public sealed class KeyListerTests : IAsyncDisposable
{
    private static readonly PartitionSpace Space = new(4);

    private readonly ManualTime _time = new();
    private readonly MemoryRecordStore _store = new(Space);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Page_after_page_tells_every_live_key_once_and_in_order_whatever_lies_between()
    {
        var live = new List<string>();
        for (var number = 0; number < 300; number++)
        {
            var text = $"key/{number:000}";
            await _store.ChangeAsync(Key(text), number % 3 == 0 ? Write("v") : _ => Tombstone(), CancellationToken.None);
            live.AddRange(number % 3 == 0 ? [text] : []);
        }

        foreach (var text in new[] { "key", "key/", "kez", "a" })
        {
            await _store.ChangeAsync(Key(text), Write("v"), CancellationToken.None);
        }

        foreach (var limit in new[] { 1, 7, 500 })
        {
            foreach (var deletedMax in new[] { 1, 20, 10_000 })
            {
                Assert.Equal(["key/", .. live], await AllAsync("key/", limit, deletedMax));
                Assert.Equal(["a", "key", "key/", .. live, "kez"], await AllAsync(null, limit, deletedMax));
            }
        }
    }

    [Fact]
    public async Task A_page_ends_after_many_deleted_keys_and_says_where()
    {
        for (var number = 0; number < 4000; number++)
        {
            await _store.ChangeAsync(Key($"{number:0000}"), _ => Tombstone(), CancellationToken.None);
        }

        await _store.ChangeAsync(Key("last"), Write("v"), CancellationToken.None);
        var page = Assert.IsType<KeysListed>(await (await ListerAsync(deletedMax: 1000)).ListAsync(
            new ListKeys([0, 1, 2, 3], null, null, 10), Deadline.After(TimeSpan.FromSeconds(1), _time), CancellationToken.None));

        Assert.Empty(page.Keys);
        Assert.NotNull(page.LookedUpTo);
        Assert.Equal(["last"], await AllAsync(null, 10, 1000));
    }

    [Fact]
    public async Task Without_time_a_node_says_so_and_does_not_pretend_that_there_is_nothing()
    {
        await _store.ChangeAsync(Key("a"), Write("v"), CancellationToken.None);
        var answer = await (await ListerAsync(10_000)).ListAsync(
            new ListKeys([0, 1, 2, 3], null, null, 10), Deadline.After(TimeSpan.Zero, _time), CancellationToken.None);

        Assert.Equal(PeerFailureKind.Overloaded, Assert.IsType<PeerFailure>(answer).Kind);
    }

    private async Task<KeyLister> ListerAsync(int deletedMax) => new(
        new ObservedRecords(_store, Space, new HashForest(Space), new TombstoneQueue(_time, graceMs: 1000)),
        await TransferLedger.OpenAsync(_store, CancellationToken.None), Space, _time, deletedMax);

    private async Task<List<string>> AllAsync(string? prefix, int limit, int deletedMax)
    {
        var lister = await ListerAsync(deletedMax);
        var all = new List<string>();
        Key? after = null;
        do
        {
            var request = new ListKeys([0, 1, 2, 3], prefix is null ? null : Key(prefix), after, limit);
            var page = Assert.IsType<KeysListed>(await lister.ListAsync(request, Deadline.After(TimeSpan.FromSeconds(1), _time), CancellationToken.None));
            Assert.InRange(page.Keys.Length, 0, limit);
            all.AddRange(page.Keys.Select(key => key.Key.ToString()));
            after = page.LookedUpTo ?? (page.Keys.Length == limit ? page.Keys[^1].Key : null);
        }
        while (after is not null);
        return all;
    }
}
