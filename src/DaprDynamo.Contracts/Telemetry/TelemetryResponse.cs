namespace DaprDynamo.Contracts.Telemetry;

/// <summary>
/// What happened at a node since a reader asked last: the answer of <c>GET /telemetry/events?after=&amp;wait=</c>. A node keeps the
/// latest events only; who reads too seldom misses some and is told how many.
/// </summary>
public sealed record TelemetryResponse
{
    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>Tells the node's lives apart: after a restart, sequences begin anew.</summary>
    public required string Session { get; init; }

    /// <summary>What to ask with next time: the sequence of the last event told or missed.</summary>
    public required long Next { get; init; }

    /// <summary>How many events after the reader's last were dropped before it asked.</summary>
    public required long Dropped { get; init; }

    /// <summary>How many requests since the node's start went by without a trace of their own, as there were too many.</summary>
    public required long SampledOut { get; init; }

    /// <summary>The events, oldest first.</summary>
    public required IReadOnlyList<TelemetryEvent> Events { get; init; }
}
