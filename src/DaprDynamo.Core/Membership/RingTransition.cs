using DaprDynamo.Core.Ring;

namespace DaprDynamo.Core.Membership;

/// <summary>
/// The ring while it changes, a pure function of the member records: where it comes from, what reads use now, and where it
/// goes. Without a change all three are one. A change goes from one to the other in phases, and in each of them the members
/// may be one step apart:
/// <list type="bullet">
/// <item><see cref="ChangePhase.Copying"/>: reads use <see cref="From"/>, writes need their quorum in both.</item>
/// <item><see cref="ChangePhase.Switched"/>: reads use <see cref="To"/>, writes still need their quorum in both.</item>
/// </list>
/// So whatever a read finds missing in the one was never acknowledged in the other (as joint quorums in Raft, section 6).
/// </summary>
public sealed class RingTransition
{
    private RingTransition(Placement from, Placement serving, Placement to)
    {
        (From, Serving, To) = (from, serving, to);
        Moves = IsChanging ? PlacementChange.Between(from, to) : PlacementChange.None;
    }

    /// <summary>The ring without the changes under way.</summary>
    public Placement From { get; }

    /// <summary>The ring that reads use.</summary>
    public Placement Serving { get; }

    /// <summary>The ring when all changes under way are done.</summary>
    public Placement To { get; }

    /// <summary>What has to be copied on the way from <see cref="From"/> to <see cref="To"/>.</summary>
    public PlacementChange Moves { get; }

    /// <summary>Whether a change is under way.</summary>
    public bool IsChanging => !ReferenceEquals(From, To);

    /// <summary>Works the rings out.</summary>
    /// <param name="space">The partitions.</param>
    /// <param name="replicas">N.</param>
    /// <param name="records">All member records, each member once.</param>
    public static RingTransition Of(PartitionSpace space, int replicas, IReadOnlyCollection<MemberRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var from = PlacementOf(_ => false);
        if (records.All(record => record.Phase == ChangePhase.None))
        {
            return new(from, from, from);
        }

        var to = PlacementOf(_ => true);
        var switched = records.Count(record => record.Phase == ChangePhase.Switched);
        var serving = switched == 0 ? from
            : records.All(record => record.Phase != ChangePhase.Copying) ? to
            : PlacementOf(record => record.Phase == ChangePhase.Switched);
        return new(from, serving, to);

        Placement PlacementOf(Func<MemberRecord, bool> applied) => Placement.Of(space, replicas, RingMembersOf(records, applied));
    }

    /// <summary>The members of the ring with some of the changes under way taken as done.</summary>
    /// <param name="records">All member records.</param>
    /// <param name="applied">Which changes, by the records that describe them.</param>
    internal static IReadOnlyList<RingMember> RingMembersOf(IReadOnlyCollection<MemberRecord> records, Func<MemberRecord, bool> applied)
    {
        var tokens = new SortedDictionary<string, (string Zone, SortedDictionary<int, uint> Claims)>(StringComparer.Ordinal);
        foreach (var record in records.Where(record => IsInRing(record, applied)))
        {
            var claims = new SortedDictionary<int, uint>();
            foreach (var token in record.Phase != ChangePhase.None && applied(record) ? record.NextTokens : record.Tokens)
            {
                Add(claims, token);
            }

            tokens.Add(record.NodeId, (record.Zone, claims));
        }

        foreach (var bequest in records.Where(record => HasLeft(record, applied)).SelectMany(record => record.Heirs))
        {
            if (tokens.TryGetValue(bequest.HeirId, out var heir))
            {
                Add(heir.Claims, bequest.Token);
            }
        }

        foreach (var record in records.Where(record => record.Replaces is not null && IsInRing(record, applied)
            && (record.Phase == ChangePhase.None || applied(record))))
        {
            if (records.Any(other => other.NodeId == record.Replaces && other.Incarnation <= record.ReplacesIncarnation))
            {
                tokens.Remove(record.Replaces!);
            }
        }

        return [.. tokens.Select(pair => new RingMember(pair.Key, pair.Value.Zone, [.. pair.Value.Claims.Select(claim => new Token(claim.Key, claim.Value))]))];
    }

    private static bool IsInRing(MemberRecord record, Func<MemberRecord, bool> applied) => record.State switch
    {
        MemberState.Pending => record.Phase != ChangePhase.None && applied(record),
        // A newcomer that has switched holds nothing in the ring it comes from; one that claims more does.
        MemberState.Ready => record.Phase == ChangePhase.None || applied(record) || !record.Tokens.IsEmpty,
        MemberState.Leaving => record.Phase == ChangePhase.None || !applied(record),
        _ => false,
    };

    private static bool HasLeft(MemberRecord record, Func<MemberRecord, bool> applied) =>
        record.State == MemberState.Left || (record.State == MemberState.Leaving && record.Phase != ChangePhase.None && applied(record));

    private static void Add(SortedDictionary<int, uint> claims, Token token) =>
        claims[token.Partition] = claims.TryGetValue(token.Partition, out var claim) ? Math.Max(claim, token.Claim) : token.Claim;
}
