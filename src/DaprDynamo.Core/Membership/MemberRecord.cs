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
/// What a member says of itself. Only the member writes its record; of two records of one member the one with the
/// higher incarnation, then version, holds.
/// </summary>
/// <param name="NodeId">The member's id: lower-case letters, digits and hyphens.</param>
/// <param name="Address">Where peers reach it: an absolute http or https address.</param>
/// <param name="Zone">What fails together with it: a rack, a zone. Replicas are spread over zones.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Incarnation">Counts the member's lives.</param>
/// <param name="Version">Counts changes within a life.</param>
/// <param name="Tokens">The ring positions it claims, in the order of the ring.</param>
public sealed record MemberRecord(
    string NodeId, Uri Address, string Zone, MemberState State, ulong Incarnation, ulong Version, ImmutableArray<Token> Tokens);
