using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Membership;

/// <summary>What all members of a cluster must agree on. Fixed when the cluster is created.</summary>
/// <param name="Name">The cluster's name: keeps clusters that share a network apart.</param>
/// <param name="Space">The hash space and its number of partitions, Q.</param>
/// <param name="Quorum">N, and the default R and W.</param>
public sealed record ClusterSettings(string Name, PartitionSpace Space, QuorumSettings Quorum)
{
    /// <summary>The parts that members compare before they talk: those of another identity refuse each other.</summary>
    public string Identity => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name}/Q{Space.Count}/N{Quorum.Replicas}");
}
