namespace DaprDynamo.Cluster.Membership;

/// <summary>Where the node learns who belongs to its cluster.</summary>
public interface IMembership
{
    /// <summary>The node's own id.</summary>
    string SelfId { get; }

    /// <summary>What is known now. Swapped whole; a request takes it once and keeps it to its end.</summary>
    ClusterView Current { get; }
}
