using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Membership;

/// <summary>What a node knows of its cluster at one moment: the member records, and the ring that follows from them. Immutable.</summary>
public sealed class ClusterView
{
    private readonly ImmutableArray<ImmutableArray<ImmutableArray<string>>> _writeGroups;

    /// <summary>Makes the view of some member records.</summary>
    public ClusterView(ClusterSettings settings, IEnumerable<MemberRecord> members)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        Members = members.ToImmutableSortedDictionary(member => member.NodeId, member => member, StringComparer.Ordinal);
        Ring = RingTransition.Of(settings.Space, settings.Quorum.Replicas, [.. Members.Values]);
        Present = [.. Members.Values.Where(member => member.IsPresent).Select(member => member.NodeId)];
        Changing = [.. Members.Values.Where(member => member.Phase != ChangePhase.None)];
        Epoch = Members.Values.Aggregate(0UL, (sum, member) => sum + member.RingSteps);
        Digest = DigestOf(Members.Values);
        _writeGroups = [.. Enumerable.Range(0, settings.Space.Count).Select(GroupsOf)];
    }

    /// <summary>What all members agree on.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>The member records by node id, those of members that have left among them.</summary>
    public ImmutableSortedDictionary<string, MemberRecord> Members { get; }

    /// <summary>The ring, and where it changes to.</summary>
    public RingTransition Ring { get; }

    /// <summary>Which members keep which partition: what reads go by.</summary>
    public Placement Placement => Ring.Serving;

    /// <summary>The members that have not left.</summary>
    public ImmutableArray<string> Present { get; }

    /// <summary>The members whose records describe a change of the ring that is under way: one at most, unless the network was cut.</summary>
    public ImmutableArray<MemberRecord> Changing { get; }

    /// <summary>How many steps the ring has made: each step of a change is one.</summary>
    public ulong Epoch { get; }

    /// <summary>Two views with the same records have the same digest.</summary>
    public ulong Digest { get; }

    /// <summary>The members that keep a key, the primary first, and those that stand in for them.</summary>
    public PreferenceList PreferenceListOf(Key key) => Placement.PreferenceListOf(Settings.Space.PartitionOf(key));

    /// <summary>The sets of members in each of which a write of a key needs its quorum: one, and two while the key moves. The one that reads use comes first.</summary>
    public ImmutableArray<ImmutableArray<string>> WriteGroupsOf(Key key) => _writeGroups[Settings.Space.PartitionOf(key)];

    /// <summary>Whether a member keeps a replica of a key, or is about to.</summary>
    public bool IsReplica(string nodeId, Key key) => IsReplica(nodeId, Settings.Space.PartitionOf(key));

    /// <summary>Whether a member keeps a replica of a partition, or is about to.</summary>
    public bool IsReplica(string nodeId, int partition) => _writeGroups[partition].Any(group => group.Contains(nodeId));

    /// <summary>The view with some records in place of older ones; this one when none is newer.</summary>
    public ClusterView With(IEnumerable<MemberRecord> records)
    {
        var newer = records.Where(record => record.HoldsOver(Members.GetValueOrDefault(record.NodeId))).ToList();
        return newer.Count == 0 ? this : new(Settings, Members.SetItems(newer.Select(record => KeyValuePair.Create(record.NodeId, record))).Values);
    }

    private ImmutableArray<ImmutableArray<string>> GroupsOf(int partition)
    {
        var serving = Ring.Serving.PreferenceListOf(partition).Primaries;
        if (!Ring.IsChanging)
        {
            return [serving];
        }

        var groups = ImmutableArray.Create(serving);
        foreach (var group in (ImmutableArray<string>[])[Ring.From.PreferenceListOf(partition).Primaries, Ring.To.PreferenceListOf(partition).Primaries])
        {
            // A quorum of nobody means nothing: the first member of a cluster comes from an empty ring.
            if (!group.IsEmpty && !groups.Any(known => known.Length == group.Length && !known.Except(group, StringComparer.Ordinal).Any()))
            {
                groups = groups.Add(group);
            }
        }

        return groups;
    }

    private static ulong DigestOf(IEnumerable<MemberRecord> members)
    {
        var text = new StringBuilder();
        foreach (var member in members)
        {
            text.Append(CultureInfo.InvariantCulture, $"{member.NodeId}/{member.Incarnation}/{member.Version}\n");
        }

        return BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
