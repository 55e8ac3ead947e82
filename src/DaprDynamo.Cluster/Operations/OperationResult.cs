using System.Collections.Immutable;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Operations;

/// <summary>How an operation ended. Numbers are sent between nodes: only ever add to them.</summary>
public enum OperationStatus
{
    /// <summary>A read found values.</summary>
    Found = 1,

    /// <summary>The key has no value.</summary>
    NotFound = 2,

    /// <summary>The first value is written.</summary>
    Created = 3,

    /// <summary>The value is written.</summary>
    Written = 4,

    /// <summary>The values read are deleted.</summary>
    Deleted = 5,

    /// <summary>A create found a value.</summary>
    AlreadyExists = 6,

    /// <summary>Too few replicas answered in time. A write may still land.</summary>
    QuorumNotReached = 7,

    /// <summary>The node has more to do than it allows itself. Nothing was done.</summary>
    Overloaded = 8,

    /// <summary>A disk is full.</summary>
    StoreFull = 9,

    /// <summary>The write would leave the key with more unresolved values than a record may hold. Nothing was done.</summary>
    TooManySiblings = 10,

    /// <summary>The node could not do it for a reason of its own, told in its log.</summary>
    Failed = 11,

    /// <summary>The node belongs to no cluster, or has not heard yet what changed while it was away. Nothing was done.</summary>
    NotServing = 12,
}

/// <summary>What came of an operation.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Coordinator">The node that coordinated it.</param>
public sealed record OperationResult(OperationStatus Status, string Coordinator)
{
    /// <summary>What was read, or what stands after a write.</summary>
    public DottedVersionVectorSet Versions { get; init; } = DottedVersionVectorSet.Empty;

    /// <summary>
    /// What the client has seen now: of a read, everything; of a write, what the client had read and the write itself,
    /// but not what others wrote meanwhile. The clock it gets.
    /// </summary>
    public VersionVector Seen { get; init; } = VersionVector.Empty;

    /// <summary>Who answered: the replicas whose answers count.</summary>
    public ImmutableArray<string> Answered { get; init; } = [];

    /// <summary>How many had to answer.</summary>
    public int Needed { get; init; }

    /// <summary>How many could have answered.</summary>
    public int Replicas { get; init; }
}
