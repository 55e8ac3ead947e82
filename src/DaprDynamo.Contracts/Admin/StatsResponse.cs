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

    /// <summary>
    /// How many reads this node answered with more than one value since it started: keys whose concurrent writes nobody had resolved
    /// then. The same key counts with every read.
    /// </summary>
    public long ReadsWithSiblings { get; init; }

    /// <summary>What it did with its peers.</summary>
    public required ReplicationStatsResponse Replication { get; init; }

    /// <summary>What it keeps for members that cannot be reached.</summary>
    public required HintStatsResponse Hints { get; init; }

    /// <summary>How it compares its replicas with those of its peers.</summary>
    public required AntiEntropyStatsResponse AntiEntropy { get; init; }

    /// <summary>What deleted keys wait for.</summary>
    public required TombstoneStatsResponse Tombstones { get; init; }
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
public sealed record OperationStatsResponse(long Count, long Failures, double P50Ms, double P95Ms, double P99Ms)
{
    /// <summary>
    /// The same durations counted by how long they were, the shortest first, without those nothing fell into: two answers subtracted
    /// tell how long the operations between them took, and those of several nodes added what the cluster's took.
    /// </summary>
    public IReadOnlyList<LatencyBucketResponse> Latencies { get; init; } = [];
}

/// <summary>Operations that took about as long.</summary>
/// <param name="UpToMs">None of them took longer, in milliseconds; longer than the bucket before.</param>
/// <param name="Count">How many there were.</param>
public sealed record LatencyBucketResponse(double UpToMs, long Count);

/// <summary>What a node did with its peers.</summary>
/// <param name="Repairs">Records sent to replicas that were behind, by cause: <c>read</c>, <c>handoff</c>, <c>exchange</c>.</param>
/// <param name="ReadRepairsSkipped">Repairs left out because too many were under way.</param>
/// <param name="Hedges">Requests that asked one more member because another was slow.</param>
/// <param name="Forwards">Writes passed on to a replica of the key.</param>
/// <param name="StandIns">Records sent to a member that stands in for a replica.</param>
/// <param name="StandInCoordinations">Writes coordinated here although no replica of the key is kept here: none could be reached.</param>
/// <param name="StraysHandedOver">Records this node handed to those that keep them now, being the only one that knew what they say.</param>
/// <param name="PeerBatches">HTTP requests sent to peers.</param>
/// <param name="PeerRequests">Requests carried in them.</param>
/// <param name="RequestsPerBatch">How many requests one of them carried on average.</param>
public sealed record ReplicationStatsResponse(
    IReadOnlyDictionary<string, long> Repairs,
    long ReadRepairsSkipped,
    long Hedges,
    long Forwards,
    long StandIns,
    long StandInCoordinations,
    long StraysHandedOver,
    long PeerBatches,
    long PeerRequests,
    double RequestsPerBatch)
{
    /// <summary>Those HTTP requests to peers that carry what clients asked for: reads, writes, hints and forwarded operations.</summary>
    public long ReplicaBatches { get; init; }

    /// <summary>Requests carried in them.</summary>
    public long ReplicaRequests { get; init; }
}

/// <summary>The records a node keeps for members that could not be reached.</summary>
/// <param name="Pending">How many, by the member they are for.</param>
/// <param name="Max">How many are taken at most.</param>
/// <param name="Delivered">How many were handed over to their owners since the node started.</param>
/// <param name="PassedOn">How many grew too old and went to another replica of their key.</param>
/// <param name="DeliveriesFailed">Attempts that failed; each is tried again.</param>
/// <param name="InFlightMax">How many may be on their way to one member at once.</param>
public sealed record HintStatsResponse(
    IReadOnlyDictionary<string, long> Pending, long Max, long Delivered, long PassedOn, long DeliveriesFailed, int InFlightMax);

/// <summary>A node's anti-entropy.</summary>
/// <param name="Trees">How many partitions have a hash tree that is up to date.</param>
/// <param name="Exchanges">Exchanges this node began since it started.</param>
/// <param name="PartitionsCompared">Partitions compared in them.</param>
/// <param name="PartitionsDifferent">Partitions that differed.</param>
/// <param name="Latest">The last exchange with each peer.</param>
public sealed record AntiEntropyStatsResponse(
    int Trees, long Exchanges, long PartitionsCompared, long PartitionsDifferent, IReadOnlyList<ExchangeResponse> Latest);

/// <summary>One anti-entropy exchange.</summary>
/// <param name="Peer">The peer's node id.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="TookMs">How long it took, in milliseconds.</param>
/// <param name="Compared">Partitions compared.</param>
/// <param name="Different">Partitions that differed.</param>
/// <param name="Repaired">Records sent to whichever side was behind.</param>
/// <param name="Complete">False when trees were still being built, or the peer stopped answering before the end.</param>
public sealed record ExchangeResponse(string Peer, DateTimeOffset EndedAt, double TookMs, int Compared, int Different, int Repaired, bool Complete);

/// <summary>The deleted keys that this node is to reap.</summary>
/// <param name="Waiting">
/// How many wait, by reason: <c>grace</c> (not yet due, or another replica's to reap), <c>memberAway</c>, <c>replicaDiffers</c>,
/// <c>hintPending</c>, <c>memberBusy</c>, <c>inFlight</c> (confirmed by all; old messages are waited out).
/// </param>
/// <param name="Reaped">How many are gone since the node started.</param>
public sealed record TombstoneStatsResponse(IReadOnlyDictionary<string, int> Waiting, long Reaped);
