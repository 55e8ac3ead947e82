using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Tombstones;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Node.Hosting;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Transport.Batching;

namespace DaprDynamo.Node.Admin;

/// <summary>Gathers the figures of a node.</summary>
internal sealed class StatsReport(NodeOptions options, RunningNode running, OperationMetrics operations, BatchingPeerClient peers, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();

    internal async Task<StatsResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var node = running.Node;
        var store = await running.Store.ReadStatisticsAsync(cancellationToken);
        return new StatsResponse
        {
            NodeId = options.NodeId,
            Version = NodeHost.Version,
            UptimeSeconds = time.GetElapsedTime(_startedAt).TotalSeconds,
            Store = new(store.LiveKeys, store.Tombstones, store.Hints, store.SizeBytes),
            Operations = OperationMetrics.Verbs.ToDictionary(verb => verb, verb => ReportOf(operations[verb]), StringComparer.Ordinal),
            ReadsWithSiblings = node.Statistics.ReadsWithSiblings,
            Replication = Replication(node),
            Hints = await HintsAsync(node),
            AntiEntropy = AntiEntropy(node),
            Tombstones = new(ByReason(node.TombstonesWaiting), node.Statistics.TombstonesReaped),
        };
    }

    /// <summary>What the tombstones wait for, under the names of the contract.</summary>
    internal static Dictionary<string, int> ByReason(TombstonesWaiting waiting) => new(StringComparer.Ordinal)
    {
        ["grace"] = waiting.InGrace,
        ["memberAway"] = waiting.MemberAway,
        ["replicaDiffers"] = waiting.ReplicaDiffers,
        ["hintPending"] = waiting.HintPending,
        ["memberBusy"] = waiting.MemberBusy,
        ["inFlight"] = waiting.InFlight,
    };

    private ReplicationStatsResponse Replication(StorageNode node)
    {
        var done = node.Statistics;
        var traffic = peers.Traffic;
        return new(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["read"] = done.ReadRepairs,
                ["handoff"] = done.HintsDelivered + done.HintsPassedOn,
                ["exchange"] = done.ExchangeRepairs,
            },
            done.ReadRepairsSkipped,
            done.Hedges,
            done.Forwards,
            done.StandIns,
            done.StandInCoordinations,
            done.StraysHandedOver,
            traffic.Batches,
            traffic.Requests,
            traffic.Batches == 0 ? 0 : (double)traffic.Requests / traffic.Batches)
        {
            ReplicaBatches = traffic.ReplicaBatches,
            ReplicaRequests = traffic.ReplicaRequests,
        };
    }

    private async Task<HintStatsResponse> HintsAsync(StorageNode node)
    {
        var done = node.Statistics;
        var pending = await node.CountHintsAsync();
        return new(pending, options.HintsMax, done.HintsDelivered, done.HintsPassedOn, done.HintDeliveriesFailed, options.HandoffInFlightMax);
    }

    private static AntiEntropyStatsResponse AntiEntropy(StorageNode node) => new(
        node.HashTreeRoots.Count(root => root is not null),
        node.Statistics.Exchanges,
        node.Statistics.PartitionsCompared,
        node.Statistics.PartitionsDifferent,
        [
            .. node.LatestExchanges.OrderBy(exchange => exchange.PeerId, StringComparer.Ordinal).Select(exchange => new ExchangeResponse(
                exchange.PeerId,
                exchange.EndedAt,
                exchange.Took.TotalMilliseconds,
                exchange.Compared,
                exchange.Different,
                exchange.Repaired,
                exchange.Complete)),
        ]);

    private static OperationStatsResponse ReportOf(OperationMetrics.VerbMetrics verb) => new(
        verb.Latency.Count, verb.Failures, verb.Latency.PercentileMs(0.50), verb.Latency.PercentileMs(0.95), verb.Latency.PercentileMs(0.99))
    {
        Latencies = [.. verb.Latency.ReadBuckets().Select(bucket => new LatencyBucketResponse(bucket.UpToMs, bucket.Count))],
    };
}
