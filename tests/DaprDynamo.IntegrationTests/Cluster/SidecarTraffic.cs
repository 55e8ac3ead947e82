using System.Globalization;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>The sidecar calls that carried what clients asked for; heartbeats and gossip, which go alone, are not among them.</summary>
/// <param name="Calls">How many nodes have made.</param>
/// <param name="Operations">How many replica operations travelled in them.</param>
internal sealed record SidecarTraffic(long Calls, long Operations)
{
    /// <summary>What a line begins with that is to be seen in the report of a whole run.</summary>
    internal const string FigurePrefix = "figure: ";

    internal double OperationsPerCall => (double)Operations / Calls;

    internal static async Task<SidecarTraffic> OfAsync(NodeCluster cluster)
    {
        var stats = await Task.WhenAll(cluster.Nodes.Select(node => node.GetAsync<StatsResponse>("/admin/stats")));
        return new(stats.Sum(node => node.Replication.ReplicaBatches), stats.Sum(node => node.Replication.ReplicaRequests));
    }

    internal SidecarTraffic Since(SidecarTraffic before) => new(Calls - before.Calls, Operations - before.Operations);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operations} replica operations in {Calls} sidecar calls, {OperationsPerCall:0.0} in each");
}
