using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Storage;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

public sealed class MemoryRecordStoreTests : HintContract
{
    protected override Task<IRecordStore> OpenAsync(PartitionSpace space) => Task.FromResult<IRecordStore>(new MemoryRecordStore(space));

    [Fact]
    public void Every_call_is_done_when_it_returns()
    {
        Assert.True(Store.ChangeAsync(Key("k"), Write("v"), None).AsTask().IsCompletedSuccessfully);
        Assert.True(Store.ReadAsync(Key("k"), None).AsTask().IsCompletedSuccessfully);
        Assert.True(Store.WriteMetadataAsync("m", new byte[1], None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_full_store_refuses_what_grows_it_and_takes_what_shrinks_it()
    {
        await using var store = new MemoryRecordStore(OnePartition, generation: 5, sizeBytesMax: 4096);
        Assert.Equal(5ul, store.Generation);
        await store.ChangeAsync(Key("a"), Write(new string('a', 3000)), None);
        await Assert.ThrowsAsync<StoreFullException>(() => store.ChangeAsync(Key("b"), Write(new string('b', 3000)), None).AsTask());
        Assert.Null(await store.ReadAsync(Key("b"), None));
        Assert.Equal(1ul, Counter(await store.ReadAsync(Key("a"), None)));
        await store.ChangeAsync(Key("a"), Write("a"), None);
        await store.ChangeAsync(Key("b"), Write(new string('b', 1000)), None);
        Assert.Equal(2, (await store.ReadStatisticsAsync(None)).LiveKeys);
        await store.ChangeAsync(Key("a"), _ => null, None);
        await store.ChangeAsync(Key("b"), _ => null, None);
        Assert.Equal(0, (await store.ReadStatisticsAsync(None)).SizeBytes);
    }
}
