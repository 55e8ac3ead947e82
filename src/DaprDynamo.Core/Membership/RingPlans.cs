using DaprDynamo.Core.Ring;

namespace DaprDynamo.Core.Membership;

/// <summary>
/// The changes of a ring, each as the record by which it begins. Pure: what a plan shows beforehand is what is done. All
/// take the records of a cluster in which no change is under way.
/// </summary>
public static class RingPlans
{
    /// <summary>The record of a cluster's first member: all positions are its own.</summary>
    public static MemberRecord Form(PartitionSpace space, int replicas, MemberRecord first)
    {
        ArgumentNullException.ThrowIfNull(first);
        return first.NextStep() with { State = MemberState.Ready, Tokens = TokenClaim.Claim(space, replicas, [], first.NodeId, first.Zone) };
    }

    /// <summary>A newcomer's record when it begins to take over its share.</summary>
    public static MemberRecord Join(PartitionSpace space, int replicas, IReadOnlyCollection<MemberRecord> records, MemberRecord newcomer)
    {
        ArgumentNullException.ThrowIfNull(newcomer);
        var others = RingMembers(records).Where(member => member.NodeId != newcomer.NodeId).ToList();
        return newcomer.NextStep() with
        {
            State = MemberState.Pending,
            Phase = ChangePhase.Copying,
            NextTokens = TokenClaim.Claim(space, replicas, others, newcomer.NodeId, newcomer.Zone),
            Replaces = null,
        };
    }

    /// <summary>A newcomer's record when it begins to take the place of a dead member: the same positions, each one claim above.</summary>
    /// <exception cref="InvalidOperationException">The dead member is not in the ring.</exception>
    public static MemberRecord Replace(IReadOnlyCollection<MemberRecord> records, MemberRecord newcomer, string deadId)
    {
        ArgumentNullException.ThrowIfNull(newcomer);
        var dead = RingMembers(records).FirstOrDefault(member => member.NodeId == deadId)
            ?? throw new InvalidOperationException($"{deadId} is not in the ring.");
        return newcomer.NextStep() with
        {
            State = MemberState.Pending,
            Phase = ChangePhase.Copying,
            NextTokens = [.. dead.Tokens.Select(token => token with { Claim = token.Claim + 1 })],
            Replaces = deadId,
            ReplacesIncarnation = records.Single(record => record.NodeId == deadId).Incarnation,
        };
    }

    /// <summary>A member's record when it begins to hand over its partitions.</summary>
    /// <exception cref="InvalidOperationException">The member is not in the ring, or the only one there.</exception>
    public static MemberRecord Leave(PartitionSpace space, int replicas, IReadOnlyCollection<MemberRecord> records, MemberRecord leaver)
    {
        ArgumentNullException.ThrowIfNull(leaver);
        var members = RingMembers(records);
        if (members.Count < 2)
        {
            throw new InvalidOperationException("The last member cannot leave: nobody is left to take over.");
        }

        if (members.All(member => member.NodeId != leaver.NodeId))
        {
            throw new InvalidOperationException($"{leaver.NodeId} is not in the ring.");
        }

        var before = members.ToDictionary(member => member.NodeId, member => member.Tokens.ToHashSet(), StringComparer.Ordinal);
        return leaver.NextStep() with
        {
            State = MemberState.Leaving,
            Phase = ChangePhase.Copying,
            Heirs =
            [
                .. from heir in LeavePlan.Heirs(space, replicas, members, leaver.NodeId)
                   from token in heir.Tokens
                   where !before[heir.NodeId].Contains(token)
                   select new Bequest(heir.NodeId, token),
            ],
        };
    }

    /// <summary>
    /// A dead member's record when the others begin to take over its partitions: as if it left, in a new life that is theirs
    /// to write. One that held nothing yet has left at once; one that was leaving goes on where it stood.
    /// </summary>
    /// <exception cref="InvalidOperationException">The member is the only one in the ring.</exception>
    public static MemberRecord Remove(PartitionSpace space, int replicas, IReadOnlyCollection<MemberRecord> records, MemberRecord dead)
    {
        ArgumentNullException.ThrowIfNull(dead);
        var settled = dead.State != MemberState.Ready || dead.Phase == ChangePhase.None ? dead
            : dead.Phase == ChangePhase.Copying ? GiveUp(dead)
            : Finish(dead);
        // One step, whatever it was in the middle of: who goes by the record before this one is one step behind and no more.
        var removed = settled with { Incarnation = dead.Incarnation + 1, Version = 0, RingSteps = dead.RingSteps, IsRemoved = true };
        return removed.State switch
        {
            MemberState.New or MemberState.Pending => removed.NextStep() with { State = MemberState.Left, Phase = ChangePhase.None, NextTokens = [] },
            MemberState.Leaving => removed.NextStep(),
            _ => Leave(space, replicas, [.. records.Where(record => record.NodeId != dead.NodeId), settled], removed),
        };
    }

    /// <summary>
    /// The record of the next member that should claim more for the ring to become even; null when it is even, or no
    /// claim makes it more so. The member claims all it should at once.
    /// </summary>
    public static MemberRecord? Rebalance(PartitionSpace space, int replicas, IReadOnlyCollection<MemberRecord> records)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(records);
        var before = RingMembers(records);
        var ring = before;
        string? takerId = null;
        for (var steps = 0; steps < space.Count && Ring.Rebalance.NextStep(space, replicas, ring) is { } taker; steps++)
        {
            takerId ??= taker.NodeId;
            ring = [.. ring.Select(member => member.NodeId == taker.NodeId ? taker : member)];
        }

        if (takerId is null)
        {
            return null;
        }

        // The steps of the others come later, from where the ring stands then.
        var own = before.Single(member => member.NodeId == takerId).Tokens;
        var claimed = ring.Single(member => member.NodeId == takerId).Tokens;
        return records.Single(record => record.NodeId == takerId).NextStep() with
        {
            Phase = ChangePhase.Copying,
            NextTokens = [.. own.Concat(claimed).GroupBy(token => token.Partition).Select(same => same.Max()).Order()],
        };
    }

    /// <summary>
    /// All steps by which the ring becomes even, each the record by which it begins when the one before is done, as long as
    /// nobody comes or goes meanwhile. None when it is even. Each is worked out only when it is asked for, as that may take a while.
    /// </summary>
    public static IEnumerable<MemberRecord> RebalanceSteps(PartitionSpace space, int replicas, IReadOnlyCollection<MemberRecord> records)
    {
        var ring = records.ToDictionary(record => record.NodeId, StringComparer.Ordinal);
        for (var steps = 0; steps < space.Count && Rebalance(space, replicas, ring.Values) is { } taker; steps++)
        {
            yield return taker;
            ring[taker.NodeId] = Finish(Switch(taker));
        }
    }

    /// <summary>The record when reads go to the new owners.</summary>
    public static MemberRecord Switch(MemberRecord changing)
    {
        ArgumentNullException.ThrowIfNull(changing);
        return changing.NextStep() with
        {
            Phase = ChangePhase.Switched,
            State = changing.State == MemberState.Pending ? MemberState.Ready : changing.State,
        };
    }

    /// <summary>The record when the change is done.</summary>
    public static MemberRecord Finish(MemberRecord changing)
    {
        ArgumentNullException.ThrowIfNull(changing);
        var done = changing.NextStep() with { Phase = ChangePhase.None, NextTokens = [], Tokens = changing.NextTokens };
        return changing.State == MemberState.Leaving ? done with { State = MemberState.Left, Tokens = [] } : done;
    }

    /// <summary>The record when a change is given up before anybody reads by it: the ring is as before.</summary>
    public static MemberRecord GiveUp(MemberRecord changing)
    {
        ArgumentNullException.ThrowIfNull(changing);
        return changing.NextStep() with
        {
            State = changing.State == MemberState.Pending ? MemberState.New : MemberState.Ready,
            Phase = ChangePhase.None,
            NextTokens = [],
            Heirs = [],
            Replaces = changing.State == MemberState.Pending ? changing.Replaces : null,
            ReplacesIncarnation = 0,
            IsRemoved = false,
            IsForced = false,
            LeftOut = [],
        };
    }

    /// <summary>
    /// What a member should claim in its own record because one that has left handed it over; null when it does already.
    /// Changes no ring: the leaver's record says the same.
    /// </summary>
    public static MemberRecord? TakeInheritance(IReadOnlyCollection<MemberRecord> records, MemberRecord heir)
    {
        ArgumentNullException.ThrowIfNull(heir);
        if (heir.State != MemberState.Ready || heir.Phase != ChangePhase.None)
        {
            return null;
        }

        var inherited = records.Where(record => record.State == MemberState.Left).SelectMany(record => record.Heirs)
            .Where(bequest => bequest.HeirId == heir.NodeId && !IsTaken(bequest, heir)).Select(bequest => bequest.Token).ToList();
        return inherited.Count == 0
            ? null
            : heir.Next() with { Tokens = [.. heir.Tokens.Concat(inherited).GroupBy(token => token.Partition).Select(same => same.Max()).Order()] };
    }

    /// <summary>
    /// An heir of a member that has left whose own record does not claim what it was left; null when all do: then the record of the member
    /// may change.
    /// </summary>
    public static string? HeirWithout(IReadOnlyCollection<MemberRecord> records, MemberRecord left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.Heirs.Where(bequest => records.FirstOrDefault(record => record.NodeId == bequest.HeirId) is { State: MemberState.Ready or MemberState.Leaving } heir
            && !IsTaken(bequest, heir)).Select(bequest => bequest.HeirId).FirstOrDefault();
    }

    /// <summary>The members of the ring with everything done that is under way.</summary>
    internal static IReadOnlyList<RingMember> RingMembers(IReadOnlyCollection<MemberRecord> records) => RingTransition.RingMembersOf(records, _ => true);

    private static bool IsTaken(Bequest bequest, MemberRecord heir) =>
        heir.Tokens.Any(token => token.Partition == bequest.Token.Partition && token.Claim >= bequest.Token.Claim);
}
