using System.Globalization;
using System.Text;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.CrashWriter;
using DaprDynamo.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Storage;

/// <summary>A process that writes is killed again and again, and the store it leaves behind is read each time.</summary>
public sealed class CrashedStoreTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int TimeoutSeconds = 120;

    private readonly Dictionary<(bool IsHint, Key Key), ulong> _acknowledged = [];

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_there_after_it()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("daprdynamo-crash-").FullName;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(TimeoutSeconds));
        var total = 0;
        ulong generation = 0;
        try
        {
            for (var kill = 1; kill <= Kills; kill++)
            {
                var lines = await WriteUntilKilledAsync(folder, random.Next(), random.Next(1, 500), timeout.Token);
                Assert.NotEmpty(lines);
                total += lines.Count;
                lines.ForEach(Acknowledge);
                generation = await CheckAsync(folder, generation);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        output.WriteLine($"{Kills} kills, {total} acknowledged writes, {_acknowledged.Count} keys");
    }

    private static async Task<List<string>> WriteUntilKilledAsync(string folder, int seed, int linesBeforeKill, CancellationToken cancellationToken)
    {
        using var writer = CrashWriterProcess.Start(folder, seed);
        var lines = new List<string>();
        while (await writer.ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Add(line);
            if (lines.Count == linesBeforeKill)
            {
                writer.Kill();
            }
        }

        // What it had printed by the time it was killed counts as acknowledged too; only a line cut in half does not.
        var errors = await writer.EndAsync(cancellationToken);
        Assert.True(lines.Count >= linesBeforeKill, $"The writer ended by itself after {lines.Count} lines. {errors}");
        if (!lines[^1].EndsWith('.'))
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    private void Acknowledge(string line)
    {
        var parts = line.Split(' ');
        var name = (parts[0] == "hint", Key.FromText(parts[1]));
        var counter = ulong.Parse(parts[2], CultureInfo.InvariantCulture);
        // Lines of different writers may overtake each other on their way out.
        _acknowledged[name] = Math.Max(counter, _acknowledged.GetValueOrDefault(name));
    }

    private async Task<ulong> CheckAsync(string folder, ulong generation)
    {
        var none = CancellationToken.None;
        await using var store = await SqliteRecordStore.OpenAsync(
            new SqliteStoreOptions { Folder = folder }, CrashRecords.Space, TimeProvider.System, NullLogger.Instance, none);
        Assert.True(generation == 0 || generation == store.Generation, "The generation changed.");
        var records = 0;
        for (var partition = 0; partition < CrashRecords.Space.Count; partition++)
        {
            foreach (var (key, record) in await store.ReadPageAsync(partition, null, int.MaxValue, none))
            {
                Check((false, key), record, store.Generation);
                records++;
            }
        }

        var hints = await store.ReadHintsAsync(CrashRecords.HintOwner, 0, int.MaxValue, none);
        foreach (var hint in hints)
        {
            Check((true, hint.Key), hint.Record, store.Generation);
        }

        // Every record and hint found was checked against the acknowledged ones; none of those may be missing.
        Assert.Equal(_acknowledged.Count, records + hints.Count);
        var statistics = await store.ReadStatisticsAsync(none);
        Assert.Equal((records, hints.Count), (statistics.LiveKeys, statistics.Hints));
        return store.Generation;
    }

    // A write that was not acknowledged may have happened: then it is the one that must be there from now on.
    private void Check((bool IsHint, Key Key) name, StoredRecord record, ulong generation)
    {
        var counter = record.Versions.Context.CounterOf(CrashRecords.ActorOf(generation));
        var acknowledged = _acknowledged.GetValueOrDefault(name);
        Assert.True(counter >= acknowledged, $"{name} was acknowledged up to {acknowledged} and is back at {counter}.");
        Assert.Equal(CrashRecords.ValueOf(name.Key, counter), Encoding.UTF8.GetString(Assert.Single(record.Versions.Siblings).Value.Span));
        Assert.Equal((long)counter, record.ChangedAtMs);
        _acknowledged[name] = counter;
    }
}
