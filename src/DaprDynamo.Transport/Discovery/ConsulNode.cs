namespace DaprDynamo.Transport.Discovery;

/// <summary>Who looks for its cluster in Consul.</summary>
/// <param name="NodeId">The node's id, and the name of its service.</param>
/// <param name="ClusterName">Its cluster's name; nodes that are registered for another are no seeds.</param>
/// <param name="ThroughDapr">Whether nodes reach each other by their app ids, or by addresses.</param>
/// <param name="IsDurable">Whether what the node keeps survives its end.</param>
public sealed record ConsulNode(string NodeId, string ClusterName, bool ThroughDapr, bool IsDurable)
{
    /// <summary>The tag of storage nodes.</summary>
    public const string Tag = "daprdynamo";

    /// <summary>What a registration names the cluster in.</summary>
    internal const string ClusterMeta = "cluster";

    /// <summary>What a registration names the address's scheme in.</summary>
    internal const string SchemeMeta = "scheme";
}
