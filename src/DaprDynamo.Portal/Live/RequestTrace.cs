using System.Collections.Immutable;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Live;

/// <summary>A client's request as the nodes tell of it that had a part in it.</summary>
public sealed record RequestTrace
{
    /// <summary>Tells the traces that the portal knows apart; grows in the order in which they were learnt.</summary>
    public required long Id { get; init; }

    /// <summary>The id under which the request was learnt first: the same when its other half has made a new trace of it.</summary>
    public long FirstId
    {
        get => field == 0 ? Id : field;
        init;
    }

    /// <summary>The parts: the node that the client asked first, then the one it passed the request on to, if any. At least one.</summary>
    public required ImmutableArray<TracePart> Parts { get; init; }

    /// <summary>What the node tells that the client asked, or the one that coordinated when only that is known.</summary>
    public RequestEvent Request => Parts[0].Request;

    /// <summary>The node that the client asked.</summary>
    public string NodeId => Parts[0].NodeId;

    /// <summary>When it began.</summary>
    public DateTimeOffset At => Request.At;

    /// <summary>The W3C trace id, under which logs tell more; null when the request had none.</summary>
    public string? TraceId => Request.TraceId;

    /// <summary>Whether the part is the other half of this request: passed on by one, received by the other.</summary>
    internal bool IsCompletedBy(TracePart part) =>
        Parts is [var known] && known.NodeId != part.NodeId && known.Request.IsForwarded != part.Request.IsForwarded
        && known.Request.TraceId is not null && known.Request.TraceId == part.Request.TraceId
        && known.Request.Key == part.Request.Key && known.Request.Verb == part.Request.Verb
        && (known.Request.IsForwarded ? IsPassedOn(part, known.NodeId) : IsPassedOn(known, part.NodeId));

    /// <summary>This request with its other half.</summary>
    internal RequestTrace With(TracePart part) => this with { Parts = part.Request.IsForwarded ? [Parts[0], part] : [part, Parts[0]] };

    private static bool IsPassedOn(TracePart from, string toId) => from.Request.Calls.Any(call => call.Kind == "Coordinate" && call.NodeId == toId);
}

/// <summary>What one node tells of a request.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Request">What it tells.</param>
public sealed record TracePart(string NodeId, RequestEvent Request);
