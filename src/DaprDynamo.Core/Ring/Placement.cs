using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace DaprDynamo.Core.Ring;

/// <summary>
/// Which members keep which partition: a pure function of the members' own records, whatever order they come in. The
/// primary is the owner of the partition's arc; the rest follow clockwise, members in zones that are not yet used before
/// all others (Dynamo, sections 4.2 and 4.3). Immutable.
/// </summary>
public sealed class Placement
{
    private readonly ImmutableArray<PreferenceList> _lists;

    private Placement(PartitionSpace space, int replicas, ImmutableArray<RingMember> members, ImmutableArray<PreferenceList> lists)
    {
        Space = space;
        Replicas = replicas;
        Members = members;
        _lists = lists;
        Balance = RingBalance.Of(this);
        Digest = DigestOf(this);
    }

    /// <summary>The partitions.</summary>
    public PartitionSpace Space { get; }

    /// <summary>N: how many members keep each partition, if there are so many.</summary>
    public int Replicas { get; }

    /// <summary>The members in the order of their ids.</summary>
    public ImmutableArray<RingMember> Members { get; }

    /// <summary>How evenly the partitions are spread.</summary>
    public RingBalance Balance { get; }

    /// <summary>The same for two placements exactly when every partition has the same preference list: 32 hexadecimal digits.</summary>
    public string Digest { get; }

    /// <summary>Works the placement out.</summary>
    /// <param name="space">The partitions.</param>
    /// <param name="replicas">N, 1 or more.</param>
    /// <param name="members">The members, in any order, each once. Those without tokens only ever stand in for others.</param>
    /// <exception cref="ArgumentException">A member stands there twice, or has a token outside the space.</exception>
    public static Placement Of(PartitionSpace space, int replicas, IEnumerable<RingMember> members)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ImmutableArray<RingMember> sorted = [.. members.OrderBy(member => member.NodeId, StringComparer.Ordinal)];
        for (var i = 0; i < sorted.Length; i++)
        {
            if ((i > 0 && sorted[i].NodeId == sorted[i - 1].NodeId) || sorted[i].Tokens.Any(token => token.Partition < 0 || token.Partition >= space.Count))
            {
                throw new ArgumentException($"The member '{sorted[i].NodeId}' stands there twice or has a token outside the space.", nameof(members));
            }
        }

        var (owners, _) = RingOwners.OwnersOf(space, sorted);
        var walk = new PreferenceWalk(sorted, owners, replicas);
        return new(space, replicas, sorted, [.. Enumerable.Range(0, space.Count).Select(walk.From)]);
    }

    /// <summary>The members responsible for a partition.</summary>
    /// <param name="partition">0 to Q - 1.</param>
    public PreferenceList PreferenceListOf(int partition) => _lists[partition];

    private static string DigestOf(Placement placement)
    {
        var text = new StringBuilder();
        foreach (var list in placement._lists)
        {
            text.AppendJoin(',', list.Walk).Append('|').Append(list.Primaries.Length).Append('\n');
        }

        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
