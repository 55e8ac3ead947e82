using System.Collections.Immutable;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Core.Membership;

/// <summary>Where a member stands on its way through a cluster. Numbers are stored and sent: only ever add to them.</summary>
public enum MemberState
{
    /// <summary>Known, and holds nothing yet.</summary>
    New = 1,

    /// <summary>Takes over its partitions: already written to, not yet read from.</summary>
    Pending = 2,

    /// <summary>Serves its partitions.</summary>
    Ready = 3,

    /// <summary>Hands its partitions over.</summary>
    Leaving = 4,

    /// <summary>Holds nothing any more.</summary>
    Left = 5,
}

/// <summary>
/// How far the change of the ring has come that a member's record describes. Numbers are stored and sent: only ever add to
/// them.
/// </summary>
public enum ChangePhase
{
    /// <summary>The record describes no change.</summary>
    None = 0,

    /// <summary>Reads go to the old owners, writes to old and new ones; the new ones copy what the old ones hold.</summary>
    Copying = 1,

    /// <summary>Reads go to the new owners, writes still to both, until no member reads from the old ones any more.</summary>
    Switched = 2,
}

/// <summary>A token that a member which leaves hands to another.</summary>
/// <param name="HeirId">Who gets it.</param>
/// <param name="Token">The position, with a claim above the leaver's own.</param>
public readonly record struct Bequest(string HeirId, Token Token);

/// <summary>
/// What a member says of itself. Only the member writes its record, or, once it has been removed, those who removed it; of
/// two records of one member the one with the higher incarnation, then version, holds.
/// </summary>
/// <param name="NodeId">The member's id: lower-case letters, digits and hyphens.</param>
/// <param name="Address">Where peers reach it: an absolute http or https address.</param>
/// <param name="Zone">What fails together with it: a rack, a zone. Replicas are spread over zones.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Incarnation">Counts the member's lives.</param>
/// <param name="Version">Counts changes within a life.</param>
/// <param name="Tokens">The ring positions it claims, in the order of the ring.</param>
public sealed record MemberRecord(
    string NodeId, Uri Address, string Zone, MemberState State, ulong Incarnation, ulong Version, ImmutableArray<Token> Tokens)
{
    /// <summary>How far the change has come that this record describes.</summary>
    public ChangePhase Phase { get; init; }

    /// <summary>The positions it claims once the change is done. Empty outside of a change, and for a member that leaves.</summary>
    public ImmutableArray<Token> NextTokens { get; init; } = [];

    /// <summary>Who takes over the positions of a member that leaves. Kept when it has left: the heirs' own records follow later.</summary>
    public ImmutableArray<Bequest> Heirs { get; init; } = [];

    /// <summary>The dead member whose positions this one takes over, or is to while it is new; null for none.</summary>
    public string? Replaces { get; init; }

    /// <summary>The life of the dead member that is replaced: a later one is a member of its own.</summary>
    public ulong ReplacesIncarnation { get; init; }

    /// <summary>Whether others took it out of the cluster: then its record is theirs to write.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>
    /// Whether an operator had the member taken out by force: the change goes on though most members are silent, or nobody is
    /// left who keeps some of its partitions.
    /// </summary>
    public bool IsForced { get; init; }

    /// <summary>
    /// Members that were to take over a part of what a removed member kept, and were down: they are owners without a copy, and
    /// must copy all they hold anew before anything they say counts.
    /// </summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];

    /// <summary>
    /// How many steps of changes of the ring this member has made. The sum over all members tells two views apart by age.
    /// Never falls, over all of the member's lives.
    /// </summary>
    public ulong RingSteps { get; init; }

    /// <summary>Whether the member belongs to the cluster still.</summary>
    public bool IsPresent => State != MemberState.Left;

    /// <summary>Whether this record holds over another of the same member; any record holds over none.</summary>
    public bool HoldsOver(MemberRecord? other) =>
        other is null || Incarnation > other.Incarnation || (Incarnation == other.Incarnation && Version > other.Version);

    /// <summary>The record as the next version of itself.</summary>
    public MemberRecord Next() => this with { Version = Version + 1 };

    /// <summary>The record as the next version of itself, one step of the ring further.</summary>
    public MemberRecord NextStep() => this with { Version = Version + 1, RingSteps = RingSteps + 1 };
}
