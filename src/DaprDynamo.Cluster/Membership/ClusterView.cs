using System.Collections.Immutable;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Membership;

/// <summary>What a node knows of its cluster at one moment: the member records, and the ring that follows from them. Immutable.</summary>
public sealed class ClusterView
{
    /// <summary>Makes the view of some member records.</summary>
    public ClusterView(ClusterSettings settings, IEnumerable<MemberRecord> members)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        Members = members.ToImmutableSortedDictionary(member => member.NodeId, member => member, StringComparer.Ordinal);
        Placement = Placement.Of(
            settings.Space,
            settings.Quorum.Replicas,
            Members.Values.Where(member => member.State is MemberState.Ready or MemberState.Leaving)
                .Select(member => new RingMember(member.NodeId, member.Zone, member.Tokens)));
    }

    /// <summary>What all members agree on.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>The member records by node id.</summary>
    public ImmutableSortedDictionary<string, MemberRecord> Members { get; }

    /// <summary>Which members keep which partition.</summary>
    public Placement Placement { get; }

    /// <summary>The members that keep a key, the primary first, and those that stand in for them.</summary>
    public PreferenceList PreferenceListOf(Key key) => Placement.PreferenceListOf(Settings.Space.PartitionOf(key));

    /// <summary>Whether a member keeps a replica of a key.</summary>
    public bool IsReplica(string nodeId, Key key) => PreferenceListOf(key).Primaries.Contains(nodeId);
}
