using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

public sealed class SqliteRecordStoreTests : HintContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("daprdynamo-stores-").FullName;
    private int _opened;

    protected override async Task<IRecordStore> OpenAsync(PartitionSpace space) => await SqliteRecordStore.OpenAsync(
        new SqliteStoreOptions { Folder = Path.Combine(_folder, $"{_opened++}"), ReadConnections = 2 },
        space, TimeProvider.System, NullLogger.Instance, None);

    protected override void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Reads_run_beside_a_change_that_takes_long_and_see_what_is_committed()
    {
        await Store.ChangeAsync(Key("k"), Write("before"), None);
        using var entered = new SemaphoreSlim(0);
        using var leave = new ManualResetEventSlim();
        var slow = Store.ChangeAsync(Key("k"), current => { entered.Release(); leave.Wait(); return Write("after")(current); }, None).AsTask();
        await entered.WaitAsync();
        var read = await Store.ReadAsync(Key("k"), None);
        leave.Set();
        await slow;
        Assert.Equal("before", Value(read));
        Assert.Equal("after", Value(await Store.ReadAsync(Key("k"), None)));
    }

    [Fact]
    public async Task More_reads_at_once_than_connections_are_all_answered()
    {
        await Store.ChangeAsync(Key("k"), Write("v"), None);
        var reads = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Equal("v", Value(await Store.ReadAsync(Key("k"), None)));
            }
        }));
        await Task.WhenAll(reads);
    }

    [Fact]
    public async Task Large_values_read_back_byte_for_byte()
    {
        var value = new string('x', 1024 * 1024);
        await Store.ChangeAsync(Key("large"), Write(value), None);
        Assert.Equal(value, Value(await Store.ReadAsync(Key("large"), None)));
    }
}
