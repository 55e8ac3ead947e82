using DaprDynamo.Cluster.Operations;

namespace DaprDynamo.Cluster;

/// <summary>How a node works, apart from what its whole cluster agrees on. All times in milliseconds.</summary>
public sealed record StorageNodeOptions
{
    /// <summary>Whether other members stand in for replicas that cannot be reached (Dynamo, section 4.6). False: strict quorums.</summary>
    public bool SloppyQuorum { get; init; } = true;

    /// <summary>The shortest wait before a slow replica is hedged.</summary>
    public int HedgeDelayMsMin { get; init; } = 10;

    /// <summary>The longest wait before a slow replica is hedged.</summary>
    public int HedgeDelayMsMax { get; init; } = 500;

    /// <summary>How many repairs and late acknowledgements may be under way at once.</summary>
    public int BackgroundTasksMax { get; init; } = 4096;

    /// <summary>How many merges that no client waits for are taken from peers at once; beyond that they are told to come later.</summary>
    public int BackgroundMergesMax { get; init; } = 64;

    /// <summary>How much one key may hold.</summary>
    public RecordLimits Limits { get; init; } = RecordLimits.Default;

    /// <summary>How often every peer is asked whether it is there.</summary>
    public int HeartbeatIntervalMs { get; init; } = 500;

    /// <summary>How long a peer may take to say so.</summary>
    public int HeartbeatTimeoutMs { get; init; } = 1000;

    /// <summary>How many records are kept for peers that cannot be reached; beyond that no more are taken.</summary>
    public long HintsMax { get; init; } = 1_000_000;

    /// <summary>How old a hint may grow. Then it goes to another replica, whose anti-entropy takes over from there.</summary>
    public long HintAgeMsMax { get; init; } = 3 * 60 * 60 * 1000;

    /// <summary>How many hints may be on their way to one peer at once.</summary>
    public int HandoffInFlightMax { get; init; } = 8;

    /// <summary>How often the hash trees are compared with those of each peer that keeps the same partitions.</summary>
    public int ExchangeIntervalMs { get; init; } = 30_000;

    /// <summary>How long a tombstone is kept at least. No safety rests on it: it only spares work for keys that are soon written again.</summary>
    public long TombstoneGraceMs { get; init; } = 60 * 60 * 1000;

    /// <summary>
    /// How old a record on its way between two nodes may be: the reaping of tombstones waits this long. The same on every
    /// node of a cluster, or a tombstone could be reaped that another node still takes old records for; so hosts leave it
    /// as it is. More than a request is usually given, as what takes longer counts as failed.
    /// </summary>
    public int MessageLifetimeMs { get; init; } = 120_000;

    /// <summary>
    /// How long a member must have been silent for changes of the ring to go on without its word. Shorter silences hold them
    /// up: whoever answers requests must know of a change.
    /// </summary>
    public int DownAfterMs { get; init; } = 10_000;

    /// <summary>How long a node waits for other members' records after a restart before it serves clients by what it knew itself.</summary>
    public int SyncPatienceMs { get; init; } = 5_000;

    /// <summary>The longest wait before a change of the ring is tried again; each wait is drawn at random.</summary>
    public int ChangeRetryMsMax { get; init; } = 500;

    /// <summary>How many partitions are copied at once.</summary>
    public int TransfersMax { get; init; } = 4;

    /// <summary>How many bytes of records one page of a transfer holds, more or less.</summary>
    public int TransferPageSizeBytes { get; init; } = 256 * 1024;
}
