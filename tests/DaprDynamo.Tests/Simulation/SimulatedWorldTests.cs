using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>The simulated world keeps its own rules: otherwise what it finds, and does not find, would mean nothing.</summary>
public sealed class SimulatedWorldTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly Simulator _simulator = new(RunTrace.None);
    private readonly SimulatedProcess _process;
    private readonly SimulatedClock _clock;

    public SimulatedWorldTests()
    {
        _process = new SimulatedProcess(_simulator, "node-1");
        _clock = new SimulatedClock(_simulator, _process, new WallClock(), originTicks: 5);
    }

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(_context);

    [Fact]
    public void A_delay_ends_at_its_simulated_moment()
    {
        TimeSpan? ended = null;
        Within(async () =>
        {
            await Task.Delay(Second, _clock);
            ended = _simulator.Now;
        });

        Assert.Equal(Second, ended);
        Assert.Equal(0, _process.PendingEvents);
    }

    [Fact]
    public void A_crash_drops_what_was_to_come()
    {
        var went = false;
        _simulator.Schedule(Second / 2, null, _process.Kill);
        Within(async () =>
        {
            await Task.Delay(Second, _clock);
            went = true;
        });

        Assert.False(went);
        Assert.False(_simulator.HasFailed);
    }

    [Fact]
    public void A_pause_holds_back_what_was_to_come_and_loses_nothing()
    {
        TimeSpan? ended = null;
        _simulator.Schedule(Second / 2, null, _process.Pause);
        _simulator.Schedule(3 * Second, null, _process.Resume);
        Within(async () =>
        {
            await Task.Delay(Second, _clock);
            ended = _simulator.Now;
        });

        Assert.Equal(3 * Second, ended);
        Assert.Equal(0, _process.PendingEvents);
    }

    [Fact]
    public void Code_that_leaves_the_thread_fails_the_seed()
    {
        Within(async () => await Task.Run(static () => Thread.Sleep(1)));
        SpinWait.SpinUntil(() => _simulator.HasFailed, TimeSpan.FromSeconds(10));

        Assert.Contains("left the simulation's thread", Assert.Single(_simulator.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_waits_without_letting_time_pass_fails_the_seed()
    {
        Within(() =>
        {
            var began = _clock.GetTimestamp();
            while (_clock.GetTimestamp() == began)
            {
            }

            return Task.CompletedTask;
        });

        Assert.True(_simulator.HasFailed);
    }

    [Fact]
    public void A_run_without_end_fails_the_seed()
    {
        void Again() => _simulator.Schedule(TimeSpan.Zero, null, Again);
        Again();
        _simulator.RunFor(Second, eventsMax: 1_000);

        Assert.True(_simulator.HasFailed);
    }

    [Fact]
    public void Only_what_was_synced_is_read_and_only_what_was_synced_or_had_just_been_written_survives_a_crash()
    {
        var key = Key.FromText("some key");
        var outcomes = new HashSet<(bool Acknowledged, bool Kept)>();
        for (var seed = 0; seed < 200; seed++)
        {
            var disk = new SimulatedDisk(new PartitionSpace(8), new Random(seed), Options, new DiskCounts());
            var process = new SimulatedProcess(_simulator, "node-1");
            var store = new SimulatedStore(_simulator, process, disk, "node-1");
            var acknowledged = false;
            _simulator.Schedule(TimeSpan.Zero, process, () => _ = ChangeAsync());
            _simulator.Schedule(TimeSpan.FromMilliseconds(seed % 20), null, () =>
            {
                process.Kill();
                store.Crash();
            });
            _simulator.RunFor(Second, long.MaxValue);
            outcomes.Add((acknowledged, StoredPages.RecordOf(disk.Durable, key) is not null));

            async Task ChangeAsync()
            {
                await store.ChangeAsync(key, _ => SomeRecord, CancellationToken.None);
                acknowledged = true;
                Assert.NotNull(await store.ReadAsync(key, CancellationToken.None));
            }
        }

        Assert.Contains((true, true), outcomes);
        Assert.Contains((false, true), outcomes);
        Assert.Contains((false, false), outcomes);
        Assert.DoesNotContain((true, false), outcomes);
    }

    private static DiskOptions Options => new()
    {
        ReadDelayMax = TimeSpan.FromMilliseconds(1),
        SyncDelayMin = TimeSpan.FromMilliseconds(1),
        SyncDelayMax = TimeSpan.FromMilliseconds(15),
        ChangesMax = 10,
        RepeatProbability = 0.5,
    };

    private static StoredRecord SomeRecord => new(
        DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("node-1", 1, 1), "1"u8.ToArray()), Epoch: 1, ChangedAtMs: 0);

    private void Within(Func<Task> code)
    {
        _simulator.Schedule(TimeSpan.Zero, _process, () => _ = code());
        _simulator.RunFor(10 * Second, eventsMax: 1_000);
    }
}
