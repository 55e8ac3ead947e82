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
        var store = await running.Store.ReadStatisticsAsync(cancellationToken);
        var done = running.Node.Statistics;
        var traffic = peers.Traffic;
        return new StatsResponse
        {
            NodeId = options.NodeId,
            Version = NodeHost.Version,
            UptimeSeconds = time.GetElapsedTime(_startedAt).TotalSeconds,
            Store = new(store.LiveKeys, store.Tombstones, store.Hints, store.SizeBytes),
            Operations = OperationMetrics.Verbs.ToDictionary(verb => verb, verb => ReportOf(operations[verb]), StringComparer.Ordinal),
            Replication = new(
                done.ReadRepairs,
                done.ReadRepairsSkipped,
                done.Hedges,
                done.Forwards,
                traffic.Batches,
                traffic.Requests,
                traffic.Batches == 0 ? 0 : (double)traffic.Requests / traffic.Batches),
        };
    }

    private static OperationStatsResponse ReportOf(OperationMetrics.VerbMetrics verb) => new(
        verb.Latency.Count, verb.Failures, verb.Latency.PercentileMs(0.50), verb.Latency.PercentileMs(0.95), verb.Latency.PercentileMs(0.99));
}
