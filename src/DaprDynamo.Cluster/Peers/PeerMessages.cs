using System.Collections.Immutable;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Peers;

/// <summary>What one node asks of another.</summary>
public abstract record PeerRequest
{
    /// <summary>Who asks.</summary>
    public string SenderId { get; init; } = "";

    /// <summary>The epoch of the view of the ring that the sender goes by: see <see cref="Membership.ClusterView.Epoch"/>.</summary>
    public ulong Epoch { get; init; }
}

/// <summary>Tell what you hold for a key, as its replica or in place of one.</summary>
/// <param name="Key">The key.</param>
public sealed record ReadReplica(Key Key) : PeerRequest;

/// <summary>Merge a record into yours, and answer when the result is on disk.</summary>
/// <param name="Key">The key.</param>
/// <param name="Versions">The record.</param>
/// <param name="Cause">Why it is sent. A busy node takes clients' writes before all others.</param>
/// <param name="Echo">Tells the receiver how old the record is: see <see cref="ClockEcho"/>.</param>
public sealed record MergeReplica(Key Key, DottedVersionVectorSet Versions, MergeCause Cause, ClockEcho Echo) : PeerRequest;

/// <summary>Keep a record for a replica that cannot be reached, and hand it over when it is back (Dynamo, section 4.6).</summary>
/// <param name="OwnerId">The replica that cannot be reached.</param>
/// <param name="Key">The key.</param>
/// <param name="Versions">The record.</param>
/// <param name="Echo">Tells the receiver how old the record is: see <see cref="ClockEcho"/>.</param>
public sealed record StoreHint(string OwnerId, Key Key, DottedVersionVectorSet Versions, ClockEcho Echo) : PeerRequest;

/// <summary>Coordinate a client's operation: the sender keeps no replica of the key.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Id">Tells this request from all others: one that arrives twice is carried out once.</param>
/// <param name="Echo">Tells the receiver how old the request is: see <see cref="ClockEcho"/>.</param>
public sealed record CoordinateOperation(KeyOperation Operation, OperationId Id, ClockEcho Echo) : PeerRequest;

/// <summary>The name of one forwarded operation.</summary>
/// <param name="Session">The sender's session.</param>
/// <param name="Number">Counted up by the sender.</param>
public readonly record struct OperationId(ulong Session, long Number);

/// <summary>Say that you are there.</summary>
public sealed record Ping : PeerRequest
{
    /// <summary>The request; it says nothing besides.</summary>
    public static readonly Ping Instance = new();
}

/// <summary>Compare the hash trees of some partitions with yours, by their roots.</summary>
/// <param name="Roots">The sender's roots.</param>
public sealed record CompareRoots(ImmutableArray<PartitionRoot> Roots) : PeerRequest;

/// <summary>Compare the keys in some leaves of a partition's hash tree, within a range of keys, with yours.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Leaves">Which leaves: bit i stands for leaf i of <see cref="HashTree.LeafCount"/>.</param>
/// <param name="After">Where the range begins, without this key; null for the partition's first.</param>
/// <param name="UpTo">Where the range ends, with this key; null for the partition's end.</param>
/// <param name="Digests">What the sender holds in these leaves and this range, in the order of the keys.</param>
public sealed record CompareKeys(int Partition, ulong Leaves, Key? After, Key? UpTo, ImmutableArray<KeyDigest> Digests) : PeerRequest;

/// <summary>
/// Say of each tombstone whether it may be reaped for all you know, and let nothing older of these keys in from now on
/// for as long as the protocol takes: see <see cref="TombstoneVerdict"/>.
/// </summary>
/// <param name="Tombstones">The tombstones.</param>
public sealed record ConfirmTombstones(ImmutableArray<Tombstone> Tombstones) : PeerRequest;

/// <summary>Remove those of the tombstones that are still all you hold of their keys: every member has confirmed them.</summary>
/// <param name="Tombstones">The tombstones.</param>
public sealed record ReapTombstones(ImmutableArray<Tombstone> Tombstones) : PeerRequest;

/// <summary>Tell which member records differ between us, and take in mine.</summary>
/// <param name="Formation">The sender's cluster, told from all others ever formed; null when it looks for one.</param>
/// <param name="Versions">What the sender knows of each member, in short.</param>
/// <param name="Records">Records the receiver asked for.</param>
public sealed record SyncMembers(string? Formation, ImmutableArray<MemberVersion> Versions, ImmutableArray<MemberRecord> Records) : PeerRequest;

/// <summary>
/// Agree to a change of the ring: to no other for a while, and to this one only if you predict the same ring from it.
/// </summary>
/// <param name="Proposed">The record by which the change begins.</param>
/// <param name="PredictedDigest">The ring it leads to: <see cref="Placement.Digest"/>.</param>
/// <param name="IsForced">Whether a removal goes ahead though the member answers.</param>
public sealed record PrepareChange(MemberRecord Proposed, string PredictedDigest, bool IsForced) : PeerRequest;

/// <summary>Forget what you promised the sender: it does not begin its change now.</summary>
public sealed record WithdrawChange : PeerRequest
{
    /// <summary>The request; it says nothing besides.</summary>
    public static readonly WithdrawChange Instance = new();
}

/// <summary>Begin to claim what makes the ring more even, as the receiver itself finds it should.</summary>
public sealed record BeginRebalance : PeerRequest
{
    /// <summary>The request; it says nothing besides.</summary>
    public static readonly BeginRebalance Instance = new();
}

/// <summary>Tell what you hold of a partition that the sender takes over, page by page.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="After">The last key of the page before; null for the first page.</param>
public sealed record PullRecords(int Partition, Key? After) : PeerRequest;

/// <summary>Tell the first keys you hold in some partitions that have a value, in the order of their bytes.</summary>
/// <param name="Partitions">The partitions.</param>
/// <param name="Prefix">What the keys begin with; null for all.</param>
/// <param name="After">Only keys after this one; null for the first.</param>
/// <param name="Limit">At most so many, 1 to 500.</param>
public sealed record ListKeys(ImmutableArray<int> Partitions, Key? Prefix, Key? After, int Limit) : PeerRequest;

/// <summary>Which state of a member's record somebody knows.</summary>
/// <param name="NodeId">The member.</param>
/// <param name="Incarnation">Its life.</param>
/// <param name="Version">The version within that life.</param>
public readonly record struct MemberVersion(string NodeId, ulong Incarnation, ulong Version);

/// <summary>Why a record is sent to a replica. Numbers are sent between nodes: only ever add to them.</summary>
public enum MergeCause
{
    /// <summary>A client wrote it just now.</summary>
    Write = 1,

    /// <summary>A read found the replica behind.</summary>
    ReadRepair = 2,

    /// <summary>It was kept while the replica could not be reached.</summary>
    Handoff = 3,

    /// <summary>An anti-entropy exchange found the replica behind.</summary>
    Exchange = 4,
}

/// <summary>The root of one partition's hash tree.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Root">The root.</param>
public readonly record struct PartitionRoot(int Partition, ulong Root);

/// <summary>The leaves of one partition's hash tree.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Leaves">The leaves, <see cref="HashTree.LeafCount"/> of them.</param>
public readonly record struct PartitionLeaves(int Partition, ImmutableArray<ulong> Leaves);

/// <summary>What a node holds of one key, in short.</summary>
/// <param name="Key">The key.</param>
/// <param name="Digest">See <see cref="RecordDigest"/>.</param>
public readonly record struct KeyDigest(Key Key, ulong Digest);

/// <summary>A deleted key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Versions">What is known of it: a context without siblings.</param>
public readonly record struct Tombstone(Key Key, DottedVersionVectorSet Versions);

/// <summary>
/// The reading of a receiver's own clock that a sender knew before it took hold of what it sends. The receiver can tell
/// from it, without trusting anybody's wall clock, that a message is not older than some time: what took longer than that
/// on its way, in a queue or in a process that stood still is refused. Without this limit no tombstone could ever be
/// reaped: the value it deletes might still be on its way.
/// </summary>
/// <param name="Session">Drawn by the receiver when it started: a message from before a restart is refused.</param>
/// <param name="ClockMs">Milliseconds since the receiver started. Below 0 when the content is older than the receiver's session.</param>
public readonly record struct ClockEcho(ulong Session, long ClockMs);
