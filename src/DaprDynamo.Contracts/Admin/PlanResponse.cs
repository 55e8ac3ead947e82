namespace DaprDynamo.Contracts.Admin;

/// <summary>What a change of the ring would do: the answer of <c>GET /admin/plan</c>. Nothing is changed by asking.</summary>
public sealed record PlanResponse
{
    /// <summary>The change in words.</summary>
    public required string Change { get; init; }

    /// <summary>The ring's digest as it is.</summary>
    public required string DigestBefore { get; init; }

    /// <summary>The ring's digest when all is done. Of a change in one step, what the members must agree on for it to begin.</summary>
    public required string DigestAfter { get; init; }

    /// <summary>How many replicas of partitions have to be copied, in all steps together.</summary>
    public required int MovedReplicas { get; init; }

    /// <summary>How many would have to be copied whatever the plan; to make loads even, how many in a single step to the same ring.</summary>
    public required double UnavoidableReplicas { get; init; }

    /// <summary>How many bytes that is, judged by what the answering node keeps.</summary>
    public required long MovedSizeBytes { get; init; }

    /// <summary>How even the ring is.</summary>
    public required RingBalanceResponse BalanceBefore { get; init; }

    /// <summary>How even it will be.</summary>
    public required RingBalanceResponse BalanceAfter { get; init; }

    /// <summary>The members in the order of their ids.</summary>
    public required IReadOnlyList<PlannedMemberResponse> Members { get; init; }

    /// <summary>For each partition the ids of the members that will keep it, the primary first.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> PreferenceListsAfter { get; init; }
}

/// <summary>One member's part before and after a change.</summary>
/// <param name="NodeId">The member's id.</param>
/// <param name="PrimariesBefore">How many partitions it is primary of.</param>
/// <param name="PrimariesAfter">How many it will be primary of.</param>
/// <param name="ReplicasBefore">How many partitions it keeps.</param>
/// <param name="ReplicasAfter">How many it will keep.</param>
/// <param name="Gains">How many it has to copy.</param>
public sealed record PlannedMemberResponse(string NodeId, int PrimariesBefore, int PrimariesAfter, int ReplicasBefore, int ReplicasAfter, int Gains);

/// <summary>The answer to a change of the ring that has begun.</summary>
/// <param name="Message">What goes on now.</param>
public sealed record ChangeResponse(string Message);
