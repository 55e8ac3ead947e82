using DaprDynamo.Cluster.Storing;
using DaprDynamo.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Storage;

/// <summary>How many changes go to disk together, and what happens to those that wait.</summary>
public sealed class SqliteGroupCommitTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_thousand_waiting_changes_take_a_handful_of_commits()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath, CommitChangesMax = 256 });
        using var writer = await HeldWriter.HoldAsync(store);
        var changes = Enumerable.Range(0, 1000).Select(i => store.ChangeAsync(Key($"k{i}"), Write("v"), None).AsTask()).ToList();
        writer.LetGo();
        await Task.WhenAll(changes);
        // 1,001 changes, the held one and up to 255 more in the first commit.
        Assert.Equal(4, store.Commits);
        Assert.Equal(1000, (await store.ReadStatisticsAsync(None)).LiveKeys);
    }

    [Fact]
    public async Task A_commit_takes_no_more_bytes_than_allowed()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath, CommitSizeBytesMax = 1024 * 1024 });
        using var writer = await HeldWriter.HoldAsync(store);
        var value = new string('x', 600 * 1024);
        var changes = Enumerable.Range(0, 10).Select(i => store.ChangeAsync(Key($"k{i}"), Write(value), None).AsTask()).ToList();
        writer.LetGo();
        await Task.WhenAll(changes);
        Assert.Equal(5, store.Commits);
    }

    [Fact]
    public async Task Changes_that_change_nothing_write_nothing()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        await store.ChangeAsync(Key("k"), Write("v"), None);
        var commits = store.Commits;
        Assert.Equal("v", Value(await store.ChangeAsync(Key("k"), current => current, None)));
        Assert.Null(await store.ChangeAsync(Key("other"), _ => null, None));
        Assert.Null(await store.ChangeHintAsync("node-2", Key("k"), current => current, None));
        Assert.Equal(commits, store.Commits);
    }

    [Fact]
    public async Task When_too_many_changes_wait_the_next_is_refused_at_once()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath, WaitingChangesMax = 8 });
        using var writer = await HeldWriter.HoldAsync(store);
        var waiting = Enumerable.Range(0, 8).Select(i => store.ChangeAsync(Key($"k{i}"), Write("v"), None).AsTask()).ToList();
        var refused = store.ChangeAsync(Key("late"), Write("v"), None).AsTask();
        Assert.True(refused.IsFaulted);
        await Assert.ThrowsAsync<StoreBusyException>(() => refused);
        writer.LetGo();
        await Task.WhenAll(waiting);
        Assert.Null(await store.ReadAsync(Key("late"), None));
        await store.ChangeAsync(Key("late"), Write("v"), None);
    }

    [Fact]
    public async Task A_change_given_up_while_it_waits_does_not_happen_and_holds_up_nobody()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        using var giveUp = new CancellationTokenSource();
        using var writer = await HeldWriter.HoldAsync(store);
        var first = store.ChangeAsync(Key("k"), Write("first"), None).AsTask();
        var given = store.ChangeAsync(Key("k"), Write("given up"), giveUp.Token).AsTask();
        var last = store.ChangeAsync(Key("k"), Write("last"), None).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        writer.LetGo();
        await first;
        Assert.Equal(2ul, Counter(await last));
    }

    [Fact]
    public async Task An_answer_that_rests_on_another_change_comes_after_that_is_on_disk()
    {
        await using var store = await OpenAsync(new() { Folder = _folder.FullPath });
        using var writer = await HeldWriter.HoldAsync(store);
        var written = store.ChangeAsync(Key("k"), Write("v"), None).AsTask();
        var seen = store.ChangeAsync(Key("k"), current => current, None).AsTask();
        using var alsoHeld = new ManualResetEventSlim();
        using var reached = new SemaphoreSlim(0);
        var held = store.ChangeAsync(Key("z"), current => { reached.Release(); alsoHeld.Wait(); return current; }, None).AsTask();
        writer.LetGo();
        await reached.WaitAsync();
        // The same transaction has applied both and is not committed yet.
        var answeredEarly = written.IsCompleted || seen.IsCompleted;
        var readEarly = await store.ReadAsync(Key("k"), None);
        alsoHeld.Set();
        Assert.Equal("v", Value(await seen));
        await held;
        Assert.False(answeredEarly);
        Assert.Null(readEarly);
        Assert.True(written.IsCompletedSuccessfully);
    }

    private static Task<SqliteRecordStore> OpenAsync(SqliteStoreOptions options) =>
        SqliteRecordStore.OpenAsync(options with { ReadConnections = 2 }, OnePartition, TimeProvider.System, NullLogger.Instance, None);

    /// <summary>Keeps a store's writer inside a change that changes nothing, so that what comes after it must wait.</summary>
    private sealed class HeldWriter : IDisposable
    {
        private readonly ManualResetEventSlim _letGo = new();
        private readonly SemaphoreSlim _reached = new(0);

        public static async Task<HeldWriter> HoldAsync(IRecordStore store)
        {
            var held = new HeldWriter();
            _ = store.ChangeAsync(
                Key("held"),
                current =>
                {
                    held._reached.Release();
                    held._letGo.Wait();
                    return current;
                },
                None).AsTask();
            await held._reached.WaitAsync();
            return held;
        }

        public void LetGo() => _letGo.Set();

        public void Dispose()
        {
            // The writer may still be about to leave its wait: the event is left to the garbage collector.
            _letGo.Set();
            _reached.Dispose();
        }
    }
}
