using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>One node of the running cluster: an element of the answer of <c>GET /local/nodes</c>, and the answer of a change.</summary>
internal sealed record LocalNodeResponse
{
    /// <summary>The node's id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it serves.</summary>
    public required string Address { get; init; }

    /// <summary>One of <see cref="LocalNodeStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Whether it is a full member and in no change of the ring.</summary>
    public bool IsReady { get; init; }

    /// <summary>What fails together with it; null while that is not known.</summary>
    public string? Zone { get; init; }

    /// <summary>What it waits for, in a sentence; null when it waits for nothing.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>What it copies from others at present; null when it copies nothing.</summary>
    public TransferResponse? Transfer { get; init; }
}
