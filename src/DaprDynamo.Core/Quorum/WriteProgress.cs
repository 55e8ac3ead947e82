using System.Collections.Immutable;

namespace DaprDynamo.Core.Quorum;

/// <summary>
/// Where a write stands: which replicas are served, by themselves or by a member that stands in for them, and which are
/// given up. While a key moves from some members to others the write needs its quorum among both. Decides, and sends
/// nothing. Immutable.
/// </summary>
public sealed record WriteProgress
{
    private WriteProgress(ImmutableArray<ImmutableArray<string>> groups, int needed) => (Groups, Needed) = (groups, needed);

    /// <summary>The sets of replicas in each of which the write needs its quorum; the first is the one that reads use.</summary>
    public ImmutableArray<ImmutableArray<string>> Groups { get; }

    /// <summary>The replicas the write is for.</summary>
    public IEnumerable<string> ReplicaIds => Groups.Length == 1 ? Groups[0] : Groups.SelectMany(group => group).Distinct(StringComparer.Ordinal);

    /// <summary>How many replicas there are where reads look.</summary>
    public int Replicas => Groups[0].Length;

    /// <summary>How many must have it on disk before the client hears so.</summary>
    public int Needed { get; }

    /// <summary>For each replica that is served: itself, or the member that has it on disk in its place.</summary>
    public ImmutableDictionary<string, string> Holders { get; private init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The replicas that are given up. They may still have it: a lost answer looks the same.</summary>
    public ImmutableHashSet<string> GivenUp { get; private init; } = [];

    /// <summary>Who has it on disk.</summary>
    public ImmutableArray<string> Acknowledged { get; private init; } = [];

    /// <summary>What to do now.</summary>
    public QuorumVerdict Verdict =>
        Groups.All(group => group.Count(Holders.ContainsKey) >= NeededIn(group)) ? QuorumVerdict.Reached
        : Groups.Any(group => group.Count(replicaId => !GivenUp.Contains(replicaId)) < NeededIn(group)) ? QuorumVerdict.OutOfReach
        : QuorumVerdict.Waiting;

    /// <summary>A write nobody has answered yet.</summary>
    /// <param name="groups">See <see cref="Groups"/>.</param>
    /// <param name="needed">How many replicas of each set must have it; of a smaller set, all.</param>
    /// <exception cref="ArgumentOutOfRangeException">Needed is less than 1, or there is nobody to ask.</exception>
    public static WriteProgress Start(ImmutableArray<ImmutableArray<string>> groups, int needed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups.Min(group => group.Length), 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(needed, 1);
        return new(groups, needed);
    }

    /// <summary>
    /// The progress after a member said that the write is on its disk. A second copy for the same replica, of the replica
    /// itself after its stand-in, counts once: a quorum is a number of different replicas served.
    /// </summary>
    /// <param name="replicaId">The replica it is for.</param>
    /// <param name="holderId">The member that has it: the replica, or its stand-in.</param>
    public WriteProgress WithAcknowledgement(string replicaId, string holderId) => Holders.ContainsKey(replicaId)
        ? this
        : this with
        {
            Holders = Holders.Add(replicaId, holderId),
            GivenUp = GivenUp.Remove(replicaId),
            Acknowledged = Acknowledged.Add(holderId),
        };

    /// <summary>The progress after a replica failed and nobody is left to stand in for it. Changes nothing once it is served.</summary>
    public WriteProgress WithGivenUp(string replicaId) => Holders.ContainsKey(replicaId) ? this : this with { GivenUp = GivenUp.Add(replicaId) };

    private int NeededIn(ImmutableArray<string> group) => Math.Min(Needed, group.Length);
}
