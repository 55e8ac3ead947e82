using DaprDynamo.Cluster.Storing;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

/// <summary>What every record store does with the records it keeps for absent members.</summary>
public abstract class HintContract : RecordStoreContract
{
    [Fact]
    public async Task Hints_are_kept_for_each_owner_and_apart_from_the_nodes_own_records()
    {
        await Store.ChangeAsync(Key("k"), Write("own"), None);
        await Store.ChangeHintAsync("node-2", Key("k"), Write("for 2"), None);
        await Store.ChangeHintAsync("node-3", Key("k"), Write("for 3"), None);
        Assert.Equal("own", Value(await Store.ReadAsync(Key("k"), None)));
        Assert.Equal("for 2", Value(await Store.ReadHintAsync("node-2", Key("k"), None)));
        Assert.Equal("for 3", Value(await Store.ReadHintAsync("node-3", Key("k"), None)));
        Assert.Null(await Store.ReadHintAsync("node-4", Key("k"), None));
    }

    [Fact]
    public async Task Hints_are_paged_oldest_first_whatever_their_keys()
    {
        string[] texts = ["z", "a", "m", "é", "b"];
        foreach (var text in texts)
        {
            await Store.ChangeHintAsync("node-3", Key(text), Write("other"), None);
            await Store.ChangeHintAsync("node-2", Key(text), Write(text), None);
        }

        foreach (var limit in new[] { 1, 2, 100 })
        {
            Assert.Equal(texts, (await ReadHintsAsync(limit)).Select(hint => Value(hint.Record)));
        }
    }

    [Fact]
    public async Task A_hint_changed_again_keeps_its_place_in_the_line()
    {
        await Store.ChangeHintAsync("node-2", Key("a"), Write("1"), None);
        await Store.ChangeHintAsync("node-2", Key("b"), Write("1"), None);
        await Store.ChangeHintAsync("node-2", Key("a"), Write("2"), None);
        var hints = await ReadHintsAsync(10);
        Assert.Equal(["a", "b"], hints.Select(hint => hint.Key.ToString()));
        Assert.Equal(["2", "1"], hints.Select(hint => Value(hint.Record)));
        Assert.Equal(2, hints.Select(hint => hint.Sequence).Distinct().Count());
    }

    [Fact]
    public async Task A_hint_stored_anew_after_its_removal_comes_after_every_page_read_before()
    {
        await Store.ChangeHintAsync("node-2", Key("a"), Write("1"), None);
        var last = (await ReadHintsAsync(10))[^1].Sequence;
        await Store.ChangeHintAsync("node-2", Key("a"), _ => null, None);
        Assert.Empty(await ReadHintsAsync(10));
        await Store.ChangeHintAsync("node-2", Key("a"), Write("2"), None);
        Assert.Equal("2", Value(Assert.Single(await Store.ReadHintsAsync("node-2", last, 10, None)).Record));
    }

    [Fact]
    public async Task A_hint_is_only_removed_as_it_was_handed_over()
    {
        var handedOver = await Store.ChangeHintAsync("node-2", Key("a"), Write("1"), None);
        await Store.ChangeHintAsync("node-2", Key("a"), Write("2"), None);
        var left = await Store.ChangeHintAsync(
            "node-2", Key("a"), current => current!.Versions.Equals(handedOver!.Versions) ? null : current, None);
        Assert.Equal("2", Value(left));
    }

    [Fact]
    public async Task Hints_are_counted_by_owner()
    {
        Assert.Empty(await Store.CountHintsAsync(None));
        for (var i = 0; i < 5; i++)
        {
            await Store.ChangeHintAsync("node-2", Key($"{i}"), Write("v"), None);
        }

        await Store.ChangeHintAsync("node-3", Key("0"), Write("v"), None);
        await Store.ChangeHintAsync("node-3", Key("0"), Write("w"), None);
        await Store.ChangeHintAsync("node-4", Key("0"), _ => null, None);
        await Store.ChangeHintAsync("node-2", Key("1"), _ => null, None);
        Assert.Equal(new Dictionary<string, long> { ["node-2"] = 4, ["node-3"] = 1 }, await Store.CountHintsAsync(None));
        await Store.ChangeHintAsync("node-3", Key("0"), _ => null, None);
        Assert.Equal(["node-2"], (await Store.CountHintsAsync(None)).Keys);
    }

    [Fact]
    public async Task A_thousand_concurrent_increments_of_one_hint_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Store.ChangeHintAsync("node-2", Key("k"), Write($"{i}"), None).AsTask()));
        Assert.Equal(1000ul, Counter(await Store.ReadHintAsync("node-2", Key("k"), None)));
        Assert.Single(await ReadHintsAsync(10));
    }

    private async Task<List<Hint>> ReadHintsAsync(int limit)
    {
        var all = new List<Hint>();
        for (var page = await Store.ReadHintsAsync("node-2", 0, limit, None); page.Count > 0;)
        {
            Assert.InRange(page.Count, 1, limit);
            all.AddRange(page);
            page = await Store.ReadHintsAsync("node-2", page[^1].Sequence, limit, None);
        }

        return all;
    }
}
