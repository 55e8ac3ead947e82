using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>Everything the simulation knows of the engine besides its ports: the one place to change when the engine does.</summary>
internal static class EngineUnderTest
{
    /// <summary>Whether replicas become equal without anybody reading them.</summary>
    internal const bool ConvergesUnread = false;

    /// <summary>Whether a write may go to members that stand in for primaries. Until then every run is a strict one.</summary>
    internal const bool KnowsSloppyQuorums = false;

    /// <summary>How many timers and loops an idle node may keep going.</summary>
    internal const int IdleEventsMax = 32;

    internal static Task<StorageNode> StartAsync(NodeParts parts) => StorageNode.StartAsync(
        new StorageNodeOptions
        {
            HedgeDelayMsMax = parts.Options.HedgeDelayMsMax,
            Limits = parts.Options.Limits,
        },
        parts.Membership,
        parts.Store,
        parts.Transport,
        parts.Clock,
        parts.Logger,
        CancellationToken.None);

    /// <summary>Ends the node in good order. Today's engine only has work to wait for.</summary>
    internal static Task StopAsync(StorageNode node) => node.WhenIdleAsync();

    /// <summary>The roots of the node's hash trees by partition; empty while the engine has none.</summary>
    internal static IReadOnlyList<ulong?> HashTreeRootsOf(StorageNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return [];
    }

    /// <summary>
    /// Whether the network may bring a request twice. A forwarded operation is not made to be carried out twice: the
    /// second time would be a write of its own. The real transport sends over one connection and never again by itself.
    /// </summary>
    internal static bool MayArriveTwice(PeerRequest request) => request is not CoordinateOperation;
}
