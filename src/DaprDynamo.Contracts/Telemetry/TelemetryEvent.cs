using System.Text.Json.Serialization;

namespace DaprDynamo.Contracts.Telemetry;

/// <summary>Something that happened at a node.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RequestEvent), "request")]
[JsonDerivedType(typeof(MemberEvent), "member")]
[JsonDerivedType(typeof(HealthEvent), "health")]
[JsonDerivedType(typeof(HintsEvent), "hints")]
[JsonDerivedType(typeof(TransferEvent), "transfer")]
public abstract record TelemetryEvent
{
    /// <summary>Counts the events of the node's life, from 1.</summary>
    public long Sequence { get; init; }

    /// <summary>When it began, by the node's clock.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>An operation that the node coordinated, or passed on.</summary>
public sealed record RequestEvent : TelemetryEvent
{
    /// <summary>The W3C trace id that all nodes which had a part in the request share; null when there is none.</summary>
    public string? TraceId { get; init; }

    /// <summary><c>get</c>, <c>create</c>, <c>put</c> or <c>delete</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>What came of it, such as <c>Found</c> or <c>QuorumNotReached</c>; <c>GivenUp</c> when the client did not wait for it.</summary>
    public required string Status { get; init; }

    /// <summary>Whether the store failed its client.</summary>
    public required bool IsFailure { get; init; }

    /// <summary>How long it took until the client could be answered, in milliseconds.</summary>
    public required double DurationMs { get; init; }

    /// <summary>When as many replicas had answered as were needed, in milliseconds after it began; null when that was never so, or is another node's to tell.</summary>
    public double? QuorumMs { get; init; }

    /// <summary>Who coordinated it.</summary>
    public required string Coordinator { get; init; }

    /// <summary>Whether another node passed it on to this one.</summary>
    public required bool IsForwarded { get; init; }

    /// <summary>How many replicas had to answer.</summary>
    public required int Needed { get; init; }

    /// <summary>How many replicas the key has.</summary>
    public required int Replicas { get; init; }

    /// <summary>Who had answered when the client was answered.</summary>
    public required IReadOnlyList<string> Answered { get; init; }

    /// <summary>How many values the key has now.</summary>
    public required int Siblings { get; init; }

    /// <summary>What was asked of whom, in the order of asking.</summary>
    public required IReadOnlyList<RequestCall> Calls { get; init; }

    /// <summary>
    /// Whether its calls were noted. Where very many requests run at once they are noted of some only; <see cref="Calls"/> is then
    /// empty for the others, of which failures and slow ones are told all the same. Also of a request that was refused at the door.
    /// </summary>
    public bool HasCallsNoted { get; init; } = true;
}

/// <summary>What was asked of one member in the course of a request.</summary>
/// <param name="NodeId">The member.</param>
/// <param name="Kind"><c>Read</c>, <c>Write</c>, <c>Hint</c>, <c>Repair</c> or <c>Coordinate</c>.</param>
/// <param name="ServesId">The replica for which the member stands in; null when it is one itself.</param>
/// <param name="IsHedge">Whether it was asked because another was slow.</param>
/// <param name="StartMs">How long after the request began, in milliseconds.</param>
/// <param name="DurationMs">How long the answer took; null when none had come when the event was written.</param>
/// <param name="Outcome"><c>Ok</c>, or why not, such as <c>Unreachable</c> or <c>NoAnswer</c>; null while it is waited for.</param>
/// <param name="Siblings">How many values the member held; null but for reads.</param>
/// <param name="Versions">Which writes the member knew of, as text for people, cut where it is long; null but for reads.</param>
public sealed record RequestCall(
    string NodeId, string Kind, string? ServesId, bool IsHedge, double StartMs, double? DurationMs, string? Outcome, int? Siblings, string? Versions = null);

/// <summary>The record of a member has changed: it joins, leaves, or a step of that is done.</summary>
/// <param name="NodeId">The member.</param>
/// <param name="State">Its state now, as in <c>/admin/members</c>.</param>
/// <param name="Phase">How far its change of the ring is.</param>
/// <param name="IsRemoved">Whether others took it out.</param>
public sealed record MemberEvent(string NodeId, string State, string Phase, bool IsRemoved) : TelemetryEvent;

/// <summary>The node's verdict on a member has changed.</summary>
/// <param name="NodeId">The member.</param>
/// <param name="IsSuspect">Whether it does not answer.</param>
public sealed record HealthEvent(string NodeId, bool IsSuspect) : TelemetryEvent;

/// <summary>The number of records that the node keeps for a member has changed.</summary>
/// <param name="OwnerId">The member.</param>
/// <param name="Pending">How many there are now.</param>
public sealed record HintsEvent(string OwnerId, long Pending) : TelemetryEvent;

/// <summary>A member has come further in copying what it takes over, or is done.</summary>
/// <param name="NodeId">The member.</param>
/// <param name="PartitionsDone">Partitions copied.</param>
/// <param name="PartitionsTotal">Partitions to copy; 0 when it copies nothing any more.</param>
/// <param name="SizeBytesDone">Bytes copied.</param>
public sealed record TransferEvent(string NodeId, int PartitionsDone, int PartitionsTotal, long SizeBytesDone) : TelemetryEvent;
