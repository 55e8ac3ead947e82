using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Peers;

/// <summary>What one node asks of another.</summary>
public abstract record PeerRequest;

/// <summary>Tell what you hold for a key.</summary>
/// <param name="Key">The key.</param>
public sealed record ReadReplica(Key Key) : PeerRequest;

/// <summary>Merge a record into yours, and answer when the result is on disk.</summary>
/// <param name="Key">The key.</param>
/// <param name="Versions">The record.</param>
public sealed record MergeReplica(Key Key, DottedVersionVectorSet Versions) : PeerRequest;

/// <summary>Coordinate a client's operation: the sender keeps no replica of the key.</summary>
/// <param name="Operation">The operation.</param>
public sealed record CoordinateOperation(KeyOperation Operation) : PeerRequest;

/// <summary>What a node answers another.</summary>
public abstract record PeerAnswer;

/// <summary>Answers <see cref="ReadReplica"/>.</summary>
/// <param name="Versions">What the replica holds; empty when it knows nothing of the key.</param>
public sealed record ReplicaRead(DottedVersionVectorSet Versions) : PeerAnswer;

/// <summary>Answers <see cref="MergeReplica"/>: the record is on disk.</summary>
public sealed record ReplicaMerged : PeerAnswer
{
    /// <summary>The answer; it says nothing besides.</summary>
    public static readonly ReplicaMerged Instance = new();
}

/// <summary>Answers <see cref="CoordinateOperation"/>.</summary>
/// <param name="Result">What came of it.</param>
public sealed record OperationCoordinated(OperationResult Result) : PeerAnswer;

/// <summary>No answer, or a refusal.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Detail">A sentence for the log.</param>
public sealed record PeerFailure(PeerFailureKind Kind, string Detail) : PeerAnswer
{
    /// <summary>Whether the peer certainly did nothing, so that the same may be asked of another.</summary>
    public bool CertainlyNotApplied => Kind is PeerFailureKind.Unreachable or PeerFailureKind.Overloaded or PeerFailureKind.Refused;
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
}
