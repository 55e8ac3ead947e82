using System.Collections.Immutable;
using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Peers;

/// <summary>What a node answers another.</summary>
public abstract record PeerAnswer;

/// <summary>Answers <see cref="ReadReplica"/>.</summary>
/// <param name="Versions">What the node holds; empty when it knows nothing of the key.</param>
public sealed record ReplicaRead(DottedVersionVectorSet Versions) : PeerAnswer;

/// <summary>Answers <see cref="MergeReplica"/> and <see cref="StoreHint"/>: the record is on disk.</summary>
public sealed record ReplicaMerged : PeerAnswer
{
    /// <summary>The answer; it says nothing besides.</summary>
    public static readonly ReplicaMerged Instance = new();
}

/// <summary>Answers <see cref="CoordinateOperation"/>.</summary>
/// <param name="Result">What came of it.</param>
public sealed record OperationCoordinated(OperationResult Result) : PeerAnswer;

/// <summary>Answers <see cref="Ping"/>.</summary>
/// <param name="Clock">The answering node's clock, for the records it will be sent.</param>
/// <param name="Status">How far the answering node is.</param>
public sealed record Pong(ClockEcho Clock, MemberStatus Status) : PeerAnswer;

/// <summary>How far a node is, as it says with every heartbeat.</summary>
/// <param name="ViewDigest">Two nodes with the same member records have the same.</param>
/// <param name="SettledEpoch">No request of the node goes by an older view of the ring.</param>
/// <param name="CopiedEpoch">The node has copied all it gains by the change of this epoch; 0 for none.</param>
/// <param name="KeptEpoch">The ring that the node would know after a crash: its disk may have been full since.</param>
/// <param name="Transfer">What it copies at present.</param>
public sealed record MemberStatus(ulong ViewDigest, ulong SettledEpoch, ulong CopiedEpoch, ulong KeptEpoch, TransferProgress Transfer);

/// <summary>How far a node has come in copying the partitions it takes over.</summary>
/// <param name="PartitionsDone">Partitions copied.</param>
/// <param name="PartitionsTotal">Partitions to copy, those included; 0 when there is nothing to copy.</param>
/// <param name="SizeBytesDone">Bytes of records copied.</param>
/// <param name="BytesPerSecond">How fast it goes.</param>
public sealed record TransferProgress(int PartitionsDone, int PartitionsTotal, long SizeBytesDone, double BytesPerSecond)
{
    /// <summary>Nothing to copy.</summary>
    public static readonly TransferProgress None = new(0, 0, 0, 0);

    /// <summary>What there is to copy in sum, judged by what the copied partitions held; null before the first.</summary>
    public long? SizeBytesTotal => PartitionsDone == 0 ? null : SizeBytesDone / PartitionsDone * PartitionsTotal;

    /// <summary>How long the rest will take at this speed; null while that cannot be told.</summary>
    public double? SecondsLeft => SizeBytesTotal is { } total && BytesPerSecond > 0 ? Math.Max(0, total - SizeBytesDone) / BytesPerSecond : null;
}

/// <summary>Answers <see cref="SyncMembers"/>.</summary>
/// <param name="Formation">The answering node's cluster.</param>
/// <param name="Records">The records in which the answering node is ahead.</param>
/// <param name="Wanted">The members of whom the sender knows more.</param>
public sealed record MembersSynced(string Formation, ImmutableArray<MemberRecord> Records, ImmutableArray<string> Wanted) : PeerAnswer;

/// <summary>Answers <see cref="PrepareChange"/>, <see cref="WithdrawChange"/> and <see cref="BeginRebalance"/>.</summary>
/// <param name="Objection">Why not, in a sentence; null when the node agrees.</param>
public sealed record ChangePrepared(string? Objection) : PeerAnswer;

/// <summary>Answers <see cref="PullRecords"/>.</summary>
/// <param name="Records">The records, in the order of their keys.</param>
/// <param name="IsLast">Whether the partition ends with them.</param>
public sealed record RecordsPulled(ImmutableArray<KeyValuePair<Key, DottedVersionVectorSet>> Records, bool IsLast) : PeerAnswer;

/// <summary>Answers <see cref="ListKeys"/>.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="LookedUpTo">The key up to which they are all, when the node ended neither at the limit nor at the end of the partitions; else null.</param>
public sealed record KeysListed(ImmutableArray<ListedKey> Keys, Key? LookedUpTo = null) : PeerAnswer;

/// <summary>Answers <see cref="CompareRoots"/>.</summary>
/// <param name="Different">The partitions whose trees differ, with the answering node's leaves; as many as fit, the rest another time.</param>
/// <param name="NotReady">The partitions whose trees the answering node is still building.</param>
public sealed record RootsCompared(ImmutableArray<PartitionLeaves> Different, ImmutableArray<int> NotReady) : PeerAnswer;

/// <summary>Answers <see cref="CompareKeys"/>.</summary>
/// <param name="Different">The keys that only one of the two holds, or that they hold differently; as many as fit, the rest another time.</param>
public sealed record KeysCompared(ImmutableArray<Key> Different) : PeerAnswer;

/// <summary>Answers <see cref="ConfirmTombstones"/>.</summary>
/// <param name="Verdicts">One for each tombstone, in their order.</param>
public sealed record TombstonesConfirmed(ImmutableArray<TombstoneVerdict> Verdicts) : PeerAnswer;

/// <summary>Answers <see cref="ReapTombstones"/>: what is to go is gone from the disk.</summary>
public sealed record TombstonesReaped : PeerAnswer
{
    /// <summary>The answer; it says nothing besides.</summary>
    public static readonly TombstonesReaped Instance = new();
}

/// <summary>No answer, or a refusal.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Detail">A sentence for the log.</param>
public sealed record PeerFailure(PeerFailureKind Kind, string Detail) : PeerAnswer
{
    /// <summary>Whether what answered in the peer's place is certainly no node, so that none is to be waited for there. Not sent between nodes.</summary>
    public bool IsFromNoNode { get; init; }

    /// <summary>Whether the request never left this node, so that its failure says nothing of the peer. Not sent between nodes.</summary>
    public bool WasNeverSent { get; init; }

    /// <summary>
    /// Whether the peer certainly did nothing, so that the same may be asked of another. <see cref="PeerFailureKind.Stale"/>
    /// says no such thing: a first copy of the message may have been carried out before the peer started anew.
    /// </summary>
    public bool CertainlyNotApplied =>
        Kind is PeerFailureKind.Unreachable or PeerFailureKind.Overloaded or PeerFailureKind.Refused;
}

/// <summary>Why there is no answer. Numbers are sent between nodes: only ever add to them.</summary>
public enum PeerFailureKind
{
    /// <summary>The request never reached the peer.</summary>
    Unreachable = 1,

    /// <summary>The request may have reached the peer; no answer came in time, or it was lost.</summary>
    NoAnswer = 2,

    /// <summary>The peer, or the line to it, has more to do than it allows itself.</summary>
    Overloaded = 3,

    /// <summary>The peer's disk is full.</summary>
    StoreFull = 4,

    /// <summary>The peer does not accept this node: another cluster, another ring size, a wrong token.</summary>
    Refused = 5,

    /// <summary>The peer failed for a reason of its own.</summary>
    Failed = 6,

    /// <summary>What was sent is too old: see <see cref="ClockEcho"/>.</summary>
    Stale = 7,

    /// <summary>The sender goes by a view of the ring that is too old, or is no member any more.</summary>
    StaleView = 8,

    /// <summary>The peer is still copying what it should hold.</summary>
    NotCopied = 9,
}

/// <summary>What a member says of a tombstone that is to be reaped. Numbers are sent between nodes: only ever add to them.</summary>
public enum TombstoneVerdict
{
    /// <summary>A replica holds exactly this; or no replica, it holds nothing of the key.</summary>
    Confirmed = 1,

    /// <summary>A replica holds something else. Anti-entropy brings the replicas together first.</summary>
    Differs = 2,

    /// <summary>The member keeps a hint for the key, which is to be handed over first.</summary>
    HintPending = 3,

    /// <summary>The member guards as many keys as it can at present.</summary>
    Busy = 4,
}
