using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Replication;

/// <summary>
/// Coordinates reads: answers as soon as enough replicas have, and afterwards sends the merged record to those that
/// turned out to be behind (Dynamo, section 5: read repair).
/// </summary>
internal sealed class ReadCoordinator(ReplicaSet replicas, BackgroundWork background, NodeStatistics statistics, TimeProvider time, bool sloppy)
{
    /// <summary>How long a repair may take: it has the time of a request of its own.</summary>
    private static readonly TimeSpan RepairTimeout = TimeSpan.FromSeconds(5);

    internal async Task<ReadProgress> ReadAsync(ClusterView view, Key key, int needed, Deadline deadline, CancellationToken cancellationToken)
    {
        var read = new QuorumRead(replicas, statistics, time, view, key, needed, sloppy, deadline);
        await read.RunAsync(cancellationToken);
        var answered = read.Progress;
        if (read.HasMoreToDo && !background.TryStart(() => FinishAsync(read, view, key)))
        {
            statistics.CountReadRepairSkipped();
        }

        return answered;
    }

    private async Task FinishAsync(QuorumRead read, ClusterView view, Key key)
    {
        await read.DrainAsync();
        var deadline = Deadline.After(RepairTimeout, time);
        await Task.WhenAll(read.Progress.Stale.Select(nodeId =>
        {
            statistics.CountReadRepair();
            return replicas.MergeAsync(view, nodeId, key, read.Progress.Merged, MergeCause.ReadRepair, read.KnownSince, deadline);
        }));
    }
}
