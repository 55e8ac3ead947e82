namespace DaprDynamo.Contracts.Admin;

/// <summary>The ring as a node sees it: the answer of <c>GET /admin/ring</c>.</summary>
public sealed record RingResponse
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Q: the number of partitions.</summary>
    public required int Partitions { get; init; }

    /// <summary>N: how many members keep each key.</summary>
    public required int Replicas { get; init; }

    /// <summary>R: how many replicas answer a read by default.</summary>
    public required int ReadQuorum { get; init; }

    /// <summary>W: how many replicas have a write on disk by default.</summary>
    public required int WriteQuorum { get; init; }

    /// <summary>The same on two nodes exactly when they see the same ring.</summary>
    public required string Digest { get; init; }

    /// <summary>How many steps the ring has made since the cluster was formed; each change is three.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>Whether a change is under way. Then this is the ring that reads use.</summary>
    public required bool IsChanging { get; init; }

    /// <summary>The members in the order of their ids.</summary>
    public required IReadOnlyList<RingMemberResponse> Members { get; init; }

    /// <summary>For each partition the ids of the members that keep it, the primary first.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> PreferenceLists { get; init; }

    /// <summary>How evenly the partitions are spread.</summary>
    public required RingBalanceResponse Balance { get; init; }

    /// <summary>Where the key of <c>?key=</c> lies; null when none was asked for.</summary>
    public KeyPlacementResponse? Key { get; init; }
}

/// <summary>One member's part of the ring.</summary>
/// <param name="NodeId">The member's id.</param>
/// <param name="Address">Where peers reach it.</param>
/// <param name="Zone">What fails together with it.</param>
/// <param name="Tokens">The partitions at which its arcs begin.</param>
/// <param name="Primaries">How many partitions it is primary of.</param>
/// <param name="ReplicaPartitions">How many partitions it keeps, those included.</param>
public sealed record RingMemberResponse(
    string NodeId, string Address, string Zone, IReadOnlyList<int> Tokens, int Primaries, int ReplicaPartitions);

/// <summary>The most loaded member against the mean; 1 is perfect.</summary>
/// <param name="PrimariesMaxToMean">By partitions it is primary of.</param>
/// <param name="ReplicasMaxToMean">By partitions it keeps.</param>
public sealed record RingBalanceResponse(double PrimariesMaxToMean, double ReplicasMaxToMean);

/// <summary>Where a key lies.</summary>
/// <param name="KeyHash">The first 64 bits of its MD5, in hexadecimal: what logs show in place of the key.</param>
/// <param name="Partition">Its partition, 0 to Q - 1.</param>
/// <param name="Primaries">The members that keep it, the primary first.</param>
/// <param name="Fallbacks">The members that stand in for them, the next best first.</param>
public sealed record KeyPlacementResponse(
    string KeyHash, int Partition, IReadOnlyList<string> Primaries, IReadOnlyList<string> Fallbacks);
