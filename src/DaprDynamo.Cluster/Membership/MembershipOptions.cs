using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Membership;

/// <summary>Who a node is, and how it finds its cluster.</summary>
public sealed record MembershipOptions
{
    /// <summary>What all members agree on.</summary>
    public required ClusterSettings Settings { get; init; }

    /// <summary>The node's own id.</summary>
    public required string NodeId { get; init; }

    /// <summary>Where peers reach it.</summary>
    public required Uri Address { get; init; }

    /// <summary>What fails together with it.</summary>
    public string Zone { get; init; } = "default";

    /// <summary>Whom to ask for the cluster when the node knows no member yet.</summary>
    public IDiscovery Discovery { get; init; } = FixedSeeds.None;

    /// <summary>The dead member in whose place a new node joins; null for none.</summary>
    public string? Replaces { get; init; }

    /// <summary>The members of a cluster that is taken as formed, for a node that starts with an empty store; null to find the cluster.</summary>
    public IReadOnlyList<MemberRecord>? InitialMembers { get; init; }
}
