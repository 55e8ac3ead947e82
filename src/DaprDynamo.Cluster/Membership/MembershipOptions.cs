using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Membership;

/// <summary>A node that may know the cluster.</summary>
/// <param name="Name">What the transport and the log call it: its node id, where that is known.</param>
/// <param name="Address">Where it is reached.</param>
public sealed record Seed(string Name, Uri Address);

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

    /// <summary>Whom to ask for the cluster when the node knows no member yet; the node itself is left out.</summary>
    public IReadOnlyList<Seed> Seeds { get; init; } = [];

    /// <summary>Whether the node forms a cluster of one when no seed belongs to one.</summary>
    public bool MayForm { get; init; }

    /// <summary>The dead member in whose place a new node joins; null for none.</summary>
    public string? Replaces { get; init; }

    /// <summary>The members of a cluster that is taken as formed, for a node that starts with an empty store; null to find the cluster.</summary>
    public IReadOnlyList<MemberRecord>? InitialMembers { get; init; }
}
