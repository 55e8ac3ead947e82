using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Membership;

/// <summary>One line of a fixed member list.</summary>
/// <param name="NodeId">The member's id.</param>
/// <param name="Address">Where peers reach it.</param>
/// <param name="Zone">Its zone.</param>
public sealed record FixedMember(string NodeId, Uri Address, string Zone);

/// <summary>
/// Membership as a list given at start, the same for every node. Tokens follow from the list alone: the members are
/// taken as if they had joined one after the other in the order of their ids.
/// </summary>
public sealed class FixedMembership : IMembership
{
    /// <summary>Makes the membership.</summary>
    /// <exception cref="ArgumentException">The list names an id twice or lacks the node itself.</exception>
    public FixedMembership(ClusterSettings settings, string selfId, IEnumerable<FixedMember> members)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var ring = new List<RingMember>();
        var records = new List<MemberRecord>();
        foreach (var member in members.OrderBy(member => member.NodeId, StringComparer.Ordinal))
        {
            if (records.Count > 0 && records[^1].NodeId == member.NodeId)
            {
                throw new ArgumentException($"The member list names '{member.NodeId}' twice.", nameof(members));
            }

            var tokens = TokenClaim.Claim(settings.Space, settings.Quorum.Replicas, ring, member.NodeId, member.Zone);
            ring.Add(new RingMember(member.NodeId, member.Zone, tokens));
            records.Add(new MemberRecord(member.NodeId, member.Address, member.Zone, MemberState.Ready, Incarnation: 1, Version: 1, tokens));
        }

        if (!records.Exists(record => record.NodeId == selfId))
        {
            throw new ArgumentException($"The member list lacks the node itself, '{selfId}'.", nameof(members));
        }

        SelfId = selfId;
        Current = new ClusterView(settings, records);
    }

    /// <inheritdoc/>
    public string SelfId { get; }

    /// <inheritdoc/>
    public ClusterView Current { get; }
}
