namespace DaprDynamo.Contracts.Admin;

/// <summary>The members as a node sees them: the answer of <c>GET /admin/members</c>.</summary>
/// <param name="Members">The members in the order of their ids.</param>
public sealed record MembersResponse(IReadOnlyList<MemberResponse> Members);

/// <summary>One member.</summary>
public sealed record MemberResponse
{
    /// <summary>The member's id.</summary>
    public required string NodeId { get; init; }

    /// <summary>Where peers reach it.</summary>
    public required string Address { get; init; }

    /// <summary>What fails together with it.</summary>
    public required string Zone { get; init; }

    /// <summary><c>New</c>, <c>Pending</c>, <c>Ready</c>, <c>Leaving</c> or <c>Left</c>: what its own record says.</summary>
    public required string State { get; init; }

    /// <summary>Counts the member's lives.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Counts the changes of its record within a life.</summary>
    public required ulong Version { get; init; }

    /// <summary><c>Up</c> or <c>Suspect</c>: how the answering node finds it, which changes no ring.</summary>
    public required string Health { get; init; }

    /// <summary>Whether it is the answering node itself.</summary>
    public required bool IsSelf { get; init; }
}
