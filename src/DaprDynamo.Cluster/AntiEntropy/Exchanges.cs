using System.Collections.Concurrent;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>Exchanges with one peer after the other, each once in the interval; sooner again with one that turned out to differ.</summary>
internal sealed class Exchanges(
    IMembership membership,
    HashForest forest,
    ObservedRecords records,
    ReplicaSet replicas,
    NodeStatistics statistics,
    TimeProvider time,
    Random random,
    StorageNodeOptions options,
    ILogger logger)
{
    private readonly ConcurrentDictionary<string, ExchangeReport> _latest = new(StringComparer.Ordinal);
    private readonly Pace _pace = new(time);
    private readonly PhantomDifferences _phantoms = new();

    /// <summary>The last exchange with each peer.</summary>
    internal IReadOnlyCollection<ExchangeReport> Latest => [.. _latest.Values];

    internal async Task RunAsync(CancellationToken stopping)
    {
        var dueAt = new Dictionary<string, long>(StringComparer.Ordinal);
        while (true)
        {
            var view = membership.Current;
            var peers = view.Present.Where(nodeId => nodeId != membership.SelfId && !replicas.Detector.IsSuspect(nodeId)).ToList();
            foreach (var peerId in peers.Where(peerId => !dueAt.TryGetValue(peerId, out var due) || due <= time.GetTimestamp()))
            {
                var differed = await ExchangeAsync(view, peerId, stopping);
                dueAt[peerId] = time.GetTimestamp() + Ticks(options.ExchangeIntervalMs * (differed ? 0.1 : 0.8 + (0.4 * random.NextDouble())));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1000, options.ExchangeIntervalMs / 10.0)), time, stopping);
        }
    }

    private async Task<bool> ExchangeAsync(ClusterView view, string peerId, CancellationToken stopping)
    {
        try
        {
            var report = await new Exchange(view, peerId, forest, records, replicas, statistics, time, _pace, _phantoms).RunAsync(stopping);
            _latest[peerId] = report;
            statistics.CountExchange(report.Compared, report.Different);
            if (report.Repaired > 0)
            {
                logger.LogInformation(
                    "Exchange with {Peer}: {Different} of {Compared} partitions differed, {Repaired} records repaired in {TookMs:0} ms",
                    peerId, report.Different, report.Compared, report.Repaired, report.Took.TotalMilliseconds);
            }

            return report.Different > 0 || !report.Complete;
        }
        catch (StoreException failure)
        {
            logger.LogWarning(failure, "The exchange with {Peer} ended early; it is tried again", peerId);
            return false;
        }
    }

    private long Ticks(double ms) => (long)(ms / 1000 * time.TimestampFrequency);
}
