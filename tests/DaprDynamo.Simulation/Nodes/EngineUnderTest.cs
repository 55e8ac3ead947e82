using DaprDynamo.Cluster;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>Everything the simulation knows of the engine besides its ports: the one place to change when the engine does.</summary>
internal static class EngineUnderTest
{
    /// <summary>How many timers and loops an idle node may keep going.</summary>
    internal const int IdleEventsMax = 48;

    internal static Task<StorageNode> StartAsync(NodeParts parts) => StorageNode.StartAsync(
        parts.Options.Engine, parts.Membership, parts.Store, parts.Transport, parts.Clock, parts.Random, parts.Logger, CancellationToken.None);

    /// <summary>Ends the node in good order.</summary>
    internal static Task StopAsync(StorageNode node) => node.DisposeAsync().AsTask();

    /// <summary>The roots of the node's hash trees by partition.</summary>
    internal static IReadOnlyList<ulong?> HashTreeRootsOf(StorageNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.HashTreeRoots;
    }
}
