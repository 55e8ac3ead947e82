using System.Diagnostics.Metrics;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Node.Admin;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Telemetry;

/// <summary>What a node does to keep the replicas together, as a .NET meter for collectors.</summary>
internal sealed class ReplicationMetrics : IDisposable
{
    private readonly RunningNode _running;
    private readonly Meter _meter;

    public ReplicationMetrics(IMeterFactory meters, RunningNode running)
    {
        _running = running;
        _meter = meters.Create("DaprDynamo.Replication");
        _meter.CreateObservableGauge("dynamo.hints.pending", HintsPending, "{hint}", "Records kept for members that cannot be reached.");
        _meter.CreateObservableGauge("dynamo.tombstones.waiting", TombstonesWaiting, "{tombstone}", "Deleted keys this node is to reap, by what they wait for.");
        _meter.CreateObservableCounter("dynamo.repairs", Repairs, "{record}", "Records sent to replicas that were behind.");
        Count("dynamo.tombstones.reaped", "{tombstone}", "Deleted keys that are gone.", done => done.TombstonesReaped);
        Count("dynamo.exchanges", "{exchange}", "Anti-entropy exchanges begun.", done => done.Exchanges);
        Count("dynamo.exchanges.partitions.compared", "{partition}", "Partitions compared in exchanges.", done => done.PartitionsCompared);
        Count("dynamo.exchanges.partitions.different", "{partition}", "Partitions that differed.", done => done.PartitionsDifferent);
        Count("dynamo.standins", "{record}", "Records sent to a member that stands in for a replica.", done => done.StandIns);
        Count("dynamo.reads.siblings", "{request}", "Reads answered with more than one value.", done => done.ReadsWithSiblings);
        Count("dynamo.hedges", "{request}", "Requests that asked one more member because another was slow.", done => done.Hedges);
    }

    public void Dispose() => _meter.Dispose();

    private void Count(string name, string unit, string description, Func<NodeStatistics, long> read) =>
        _meter.CreateObservableCounter(name, () => _running.IsRunning ? read(_running.Node.Statistics) : 0, unit, description);

    private List<Measurement<long>> HintsPending()
    {
        if (!_running.IsRunning)
        {
            return [];
        }

        // Stores answer this from memory, at once; one that would not is left out.
        var counted = _running.Node.CountHintsAsync();
        return counted.IsCompletedSuccessfully
            ? [.. counted.Result.Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("owner", pair.Key)))]
            : [];
    }

    private List<Measurement<int>> TombstonesWaiting() => _running.IsRunning
        ? [.. StatsReport.ByReason(_running.Node.TombstonesWaiting).Select(pair => new Measurement<int>(pair.Value, new KeyValuePair<string, object?>("reason", pair.Key)))]
        : [];

    private List<Measurement<long>> Repairs()
    {
        if (!_running.IsRunning)
        {
            return [];
        }

        var done = _running.Node.Statistics;
        return
        [
            new(done.ReadRepairs, new KeyValuePair<string, object?>("cause", "read")),
            new(done.HintsDelivered + done.HintsPassedOn, new KeyValuePair<string, object?>("cause", "handoff")),
            new(done.ExchangeRepairs, new KeyValuePair<string, object?>("cause", "exchange")),
        ];
    }
}
