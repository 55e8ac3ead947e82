namespace DaprDynamo.Contracts.Admin;

/// <summary>What a node has done since it started: the answer of <c>GET /admin/stats</c>.</summary>
public sealed record StatsResponse
{
    /// <summary>The node's id.</summary>
    public required string NodeId { get; init; }

    /// <summary>The product's version.</summary>
    public required string Version { get; init; }

    /// <summary>How long the node has been up, in seconds.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>What its store holds.</summary>
    public required StoreStatsResponse Store { get; init; }

    /// <summary>Clients' operations by verb: <c>get</c>, <c>create</c>, <c>put</c>, <c>delete</c>.</summary>
    public required IReadOnlyDictionary<string, OperationStatsResponse> Operations { get; init; }

    /// <summary>What it did with its peers.</summary>
    public required ReplicationStatsResponse Replication { get; init; }
}

/// <summary>What a node's store holds.</summary>
/// <param name="LiveKeys">Keys with at least one value.</param>
/// <param name="Tombstones">Keys whose values are all deleted.</param>
/// <param name="Hints">Records kept for other members.</param>
/// <param name="SizeBytes">What the store takes, in bytes.</param>
public sealed record StoreStatsResponse(long LiveKeys, long Tombstones, long Hints, long SizeBytes);

/// <summary>Clients' operations of one verb.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Failures">How many of them the store failed: too few replicas, overload, a full disk.</param>
/// <param name="P50Ms">Half took no longer, in milliseconds.</param>
/// <param name="P95Ms">95 of 100 took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
public sealed record OperationStatsResponse(long Count, long Failures, double P50Ms, double P95Ms, double P99Ms);

/// <summary>What a node did with its peers.</summary>
/// <param name="ReadRepairs">Records sent to replicas that a read found behind.</param>
/// <param name="ReadRepairsSkipped">Repairs left out because too many were under way.</param>
/// <param name="Hedges">Reads that asked one more replica because another was slow.</param>
/// <param name="Forwards">Writes passed on to a replica of the key.</param>
/// <param name="PeerBatches">HTTP requests sent to peers.</param>
/// <param name="PeerRequests">Requests carried in them.</param>
/// <param name="RequestsPerBatch">How many requests one of them carried on average.</param>
public sealed record ReplicationStatsResponse(
    long ReadRepairs, long ReadRepairsSkipped, long Hedges, long Forwards, long PeerBatches, long PeerRequests, double RequestsPerBatch);
