using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.Portal.Tests.Live;

/// <summary>Figures as nodes tell them.</summary>
internal static class SomeStats
{
    /// <summary>A node that answered gets, each within so many milliseconds.</summary>
    internal static StatsResponse Of(double uptimeSeconds, long failures = 0, params (double UpToMs, long Count)[] gets) => new()
    {
        NodeId = "node-1",
        Version = "1",
        UptimeSeconds = uptimeSeconds,
        Store = new StoreStatsResponse(10, 2, 0, 4096),
        Operations = new Dictionary<string, OperationStatsResponse>
        {
            ["get"] = new(gets.Sum(bucket => bucket.Count), failures, 0, 0, 0) { Latencies = [.. gets.Select(bucket => new LatencyBucketResponse(bucket.UpToMs, bucket.Count))] },
        },
        Replication = new ReplicationStatsResponse(new Dictionary<string, long> { ["read"] = 3 }, 0, 1, 2, 4, 0, 0, 0, 0, 0),
        ReadsWithSiblings = 4,
        Hints = new HintStatsResponse(new Dictionary<string, long> { ["node-2"] = 5, ["node-3"] = 1 }, 100, 7, 0, 0, 1),
        AntiEntropy = new AntiEntropyStatsResponse(0, 0, 0, 0, []),
        Tombstones = new TombstoneStatsResponse(new Dictionary<string, int>(), 0),
    };
}
