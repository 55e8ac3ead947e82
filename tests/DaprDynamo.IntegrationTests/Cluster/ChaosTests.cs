using System.Text.Json;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Nodes that are killed one after the other while clients write without a pause.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_minutes_of_kills_and_a_lost_disk_lose_no_acknowledged_write_and_leave_nothing_to_repair()
    {
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions
        {
            Nodes = 5,
            Storage = "sqlite",
            MoreArguments = ["--Dynamo:ExchangeIntervalMs=3000"],
        });
        try
        {
            var writers = new SteadyWriters(cluster, clients: 4, keysEach: 100);
            using var stop = new CancellationTokenSource();
            var writing = writers.RunAsync(stop.Token);
            var (kills, seed) = await KillAsync(cluster, writing);
            await stop.CancelAsync();
            await writing;
            output.WriteLine($"{kills} kills, seed {seed}; {writers.Summary}");

            await SettleAsync(cluster);
            Assert.Empty(await ViolationsAsync(cluster, writers));
            var repairs = await ReadRepairsAsync(cluster);
            await ReadAllAsync(cluster, writers.Keys);
            await ReadAllAsync(cluster, writers.Keys);
            Assert.Equal(repairs, await ReadRepairsAsync(cluster));
            Assert.True(writers.Acknowledged > 100, "The clients hardly wrote.");
        }
        finally
        {
            output.WriteLine(cluster.Output(linesOfEach: 40));
        }
    }

    /// <summary>Kills a random node every few seconds and starts it again; one of them loses its disk, when the others have caught up.</summary>
    private static async Task<(int Kills, int Seed)> KillAsync(NodeCluster cluster, Task writing)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var kills = 0;
        var diskLost = false;
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Duration)
        {
            Assert.False(writing.IsCompleted, "The clients stopped.");
            var node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
            var loseDisk = !diskLost && TimeProvider.System.GetElapsedTime(started) > Duration / 2;
            if (loseDisk)
            {
                // A copy may be all there is of a write until its hint is handed over: with two disks gone at once it would be lost.
                await HintsDrainAsync(cluster);
            }

            await node.KillAsync();
            await Task.Delay(TimeSpan.FromSeconds(0.5 + random.NextDouble()));
            await node.StartAgainAsync(withEmptyDisk: loseDisk);
            diskLost |= loseDisk;
            kills++;
            await Task.Delay(TimeSpan.FromSeconds(1 + random.NextDouble()));
        }

        Assert.True(diskLost);
        return (kills, seed);
    }

    /// <summary>Waits until all hints are handed over, and two rounds of exchanges found nothing that differs.</summary>
    private static async Task SettleAsync(NodeCluster cluster)
    {
        await HintsDrainAsync(cluster);
        foreach (var node in cluster.Nodes)
        {
            var since = DateTimeOffset.UtcNow;
            await Poll.UntilAsync(
                async () =>
                {
                    var exchanges = (await StatsAsync(cluster, node)).GetProperty("antiEntropy").GetProperty("latest").EnumerateArray().ToList();
                    return exchanges.Count == 4 && exchanges.TrueForAll(exchange =>
                        exchange.GetProperty("endedAt").GetDateTimeOffset() > since
                        && exchange.GetProperty("compared").GetInt32() > 0
                        && exchange.GetProperty("different").GetInt32() == 0);
                },
                SettleLimit,
                () => $"The replicas of {node.Id} still differ.");
        }
    }

    private static Task HintsDrainAsync(NodeCluster cluster) => Poll.UntilAsync(
        async () =>
        {
            var pending = await Task.WhenAll(cluster.Nodes.Select(node => StatsAsync(cluster, node)));
            return pending.All(stats => !stats.GetProperty("hints").GetProperty("pending").EnumerateObject().Any());
        },
        SettleLimit,
        () => "Hints are left.");

    /// <summary>What the replicas themselves hold against what was acknowledged.</summary>
    private static async Task<List<string>> ViolationsAsync(NodeCluster cluster, SteadyWriters writers)
    {
        var violations = new List<string>();
        foreach (var key in writers.Keys)
        {
            var replicas = 0;
            foreach (var node in cluster.Nodes)
            {
                var held = (await new KeyApi(cluster.Http, node.Address).SendAsync(HttpMethod.Get, $"/admin/replica?key={Uri.EscapeDataString(key)}")).ShouldBeJson(200).Json;
                if (!held.GetProperty("isReplica").GetBoolean())
                {
                    continue;
                }

                replicas++;
                List<JsonElement> values = held.GetProperty("record") is { ValueKind: JsonValueKind.Object } record ? [.. record.GetProperty("values").EnumerateArray()] : [];
                if (writers.Violation(key, values) is { } violation)
                {
                    violations.Add($"{node.Id}: {violation}");
                }
            }

            Assert.Equal(3, replicas);
        }

        return violations;
    }

    private static Task ReadAllAsync(NodeCluster cluster, IReadOnlyCollection<string> keys) => Parallel.ForEachAsync(
        keys,
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (key, _) =>
        {
            foreach (var node in cluster.Nodes)
            {
                (await new KeyApi(cluster.Http, node.Address).GetAsync(key, "?quorum=3")).ShouldBeJson(200);
            }
        });

    private static async Task<long> ReadRepairsAsync(NodeCluster cluster)
    {
        var stats = await Task.WhenAll(cluster.Nodes.Select(node => StatsAsync(cluster, node)));
        return stats.Sum(node => node.GetProperty("replication").GetProperty("repairs").GetProperty("read").GetInt64());
    }

    private static async Task<JsonElement> StatsAsync(NodeCluster cluster, NodeProcess node) =>
        (await new KeyApi(cluster.Http, node.Address).SendAsync(HttpMethod.Get, "/admin/stats")).ShouldBeJson(200).Json;
}
