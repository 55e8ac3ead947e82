namespace DaprDynamo.Contracts.Admin;

/// <summary>The members as a node sees them: the answer of <c>GET /admin/members</c>.</summary>
public sealed record MembersResponse
{
    /// <summary>The members in the order of their ids, those that have left among them.</summary>
    public required IReadOnlyList<MemberResponse> Members { get; init; }

    /// <summary>The same on two nodes exactly when they know the same of all members.</summary>
    public required string ViewDigest { get; init; }

    /// <summary>How many steps the ring has made since the cluster was formed; each change is three.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>Why the answering node serves no clients, in a sentence; null when it does.</summary>
    public string? Trouble { get; init; }

    /// <summary>What the answering node waits for with a change of the ring that it leads or wants, an even ring included, in a sentence; null when it waits for nothing.</summary>
    public string? ChangeWaitsFor { get; init; }
}

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

    /// <summary><c>None</c>, or how far its change of the ring is: <c>Copying</c> or <c>Switched</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Whether others took it out of the cluster.</summary>
    public required bool IsRemoved { get; init; }

    /// <summary>The dead member whose place it took; null for none.</summary>
    public string? Replaces { get; init; }

    /// <summary>Counts the member's lives.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Counts the changes of its record within a life.</summary>
    public required ulong Version { get; init; }

    /// <summary><c>Up</c> or <c>Suspect</c>: how the answering node finds it, which changes no ring.</summary>
    public required string Health { get; init; }

    /// <summary>Whether it is the answering node itself.</summary>
    public required bool IsSelf { get; init; }

    /// <summary>What it copies from others at present; null when it copies nothing.</summary>
    public TransferResponse? Transfer { get; init; }
}

/// <summary>How far a member has come in copying the partitions it takes over.</summary>
/// <param name="PartitionsDone">Partitions copied.</param>
/// <param name="PartitionsTotal">Partitions to copy, those included.</param>
/// <param name="SizeBytesDone">Bytes copied.</param>
/// <param name="SizeBytesTotal">Bytes to copy, judged by what the copied partitions held; null before the first.</param>
/// <param name="BytesPerSecond">How fast it goes.</param>
/// <param name="SecondsLeft">How long the rest will take at this speed; null while that cannot be told.</param>
public sealed record TransferResponse(
    int PartitionsDone, int PartitionsTotal, long SizeBytesDone, long? SizeBytesTotal, double BytesPerSecond, double? SecondsLeft);
