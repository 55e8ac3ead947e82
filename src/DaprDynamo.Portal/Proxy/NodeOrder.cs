using DaprDynamo.Core.Ring;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Transport.Discovery;

namespace DaprDynamo.Portal.Proxy;

/// <summary>Which nodes a request may go to, best first.</summary>
internal static class NodeOrder
{
    /// <summary>
    /// The members that keep the key in the order of its preference list, then all others, who would pass the request on; of each those
    /// first that answer the portal. A silent one may have come back, so that it is the last resort and not left out.
    /// </summary>
    /// <param name="cluster">The cluster as it is known.</param>
    /// <param name="key">The key; null when any node will do.</param>
    /// <param name="named">The nodes that the settings name, for as long as no other is known.</param>
    internal static IReadOnlyList<NodeAddress> Of(ClusterSnapshot cluster, Key? key, IEnumerable<string> named)
    {
        if (cluster.Nodes.IsEmpty)
        {
            return [.. named.Select(text => SeedList.TryParse(text, out var seed) ? new NodeAddress(seed.Name, seed.Address) : null).OfType<NodeAddress>()];
        }

        var replicas = ReplicasOf(cluster, key);
        return
        [
            .. replicas.Concat(cluster.Nodes.Keys).Distinct(StringComparer.Ordinal)
                .Select(nodeId => cluster.Nodes.GetValueOrDefault(nodeId)).OfType<NodeSnapshot>()
                .OrderBy(node => node.Feed switch { FeedState.Live => 0, FeedState.Connecting => 1, _ => 2 })
                .Select(node => node.Address),
        ];
    }

    private static IReadOnlyList<string> ReplicasOf(ClusterSnapshot cluster, Key? key) => key is not null && cluster.Ring is { } ring
        ? ring.PreferenceLists[new PartitionSpace(ring.Partitions).PartitionOf(key)]
        : [];
}
