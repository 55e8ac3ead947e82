using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Membership;

/// <summary>The member records of a cluster whose members are known from the start, as if they had joined one after the other.</summary>
public static class InitialRing
{
    /// <summary>Makes the records.</summary>
    /// <param name="settings">What all members agree on.</param>
    /// <param name="members">The members' ids, addresses and zones; ids differ.</param>
    public static IReadOnlyList<MemberRecord> Of(ClusterSettings settings, IEnumerable<(string NodeId, Uri Address, string Zone)> members)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var ring = new List<RingMember>();
        var records = new List<MemberRecord>();
        foreach (var (nodeId, address, zone) in members.OrderBy(member => member.NodeId, StringComparer.Ordinal))
        {
            var tokens = TokenClaim.Claim(settings.Space, settings.Quorum.Replicas, ring, nodeId, zone);
            ring.Add(new RingMember(nodeId, zone, tokens));
            records.Add(new MemberRecord(nodeId, address, zone, MemberState.Ready, Incarnation: 1, Version: 1, tokens));
        }

        return records;
    }
}
