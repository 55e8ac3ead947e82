using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Components.Charts;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Traces;

/// <summary>
/// A request drawn over time: who was asked what, when, and for how long. All times are those of the node that the client asked; what
/// another node tells of its own part is put into the middle of the call that asked it, as no two clocks are the same.
/// </summary>
public sealed class TraceWaterfall
{
    // From here on, what happened until the answer would be too thin to tell apart.
    private const double SqueezedFrom = 8;
    private const double RoomAfterAnswer = 1.35;
    private const double Margin = 1.03;

    private readonly List<WaterfallRow> _rows = [];

    private TraceWaterfall()
    {
    }

    /// <summary>The rows from top to bottom, each below the one that caused it.</summary>
    public IReadOnlyList<WaterfallRow> Rows => _rows;

    /// <summary>The axis, in milliseconds.</summary>
    public ChartScale Scale { get; private set; } = ChartScale.FromZero(1);

    /// <summary>When the client could be answered.</summary>
    public double AnsweredMs { get; private set; }

    /// <summary>When enough replicas had answered; null when that is not known, or never was so.</summary>
    public double? QuorumMs { get; private set; }

    /// <summary>When the last call that ended did so.</summary>
    public double EndMs { get; private set; }

    /// <summary>Whether times told by two nodes had to be brought together.</summary>
    public bool IsAligned { get; private set; }

    /// <summary>Whether some calls ended so late that they squeeze what happened before the answer.</summary>
    public bool IsSqueezed => EndMs > AnsweredMs * SqueezedFrom;

    /// <summary>Lays a request out.</summary>
    /// <param name="trace">The request.</param>
    /// <param name="untilAnswer">Whether the axis ends a little after the answer; what ended later is cut off at the right.</param>
    public static TraceWaterfall Of(RequestTrace trace, bool untilAnswer = false)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var waterfall = new TraceWaterfall { AnsweredMs = trace.Request.DurationMs };
        waterfall.AddPart(trace, 0, 0, 0);
        waterfall.EndMs = waterfall._rows.Max(row => row.EndMs ?? row.StartMs);
        var shown = untilAnswer ? Math.Min(waterfall.EndMs, waterfall.AnsweredMs * RoomAfterAnswer) : waterfall.EndMs;
        waterfall.Scale = ChartScale.Exactly(Math.Max(shown * Margin, 0.001), 5);
        return waterfall;
    }

    /// <summary>Where a row's bar begins: 0 to 1.</summary>
    public double StartShareOf(WaterfallRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Scale.ShareOf(row.StartMs);
    }

    /// <summary>How wide a row's bar is: 0 to 1.</summary>
    public double WidthShareOf(WaterfallRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Scale.ShareOf(row.EndMs ?? double.MaxValue) - Scale.ShareOf(row.StartMs);
    }

    /// <summary>Whether a row's bar goes on beyond the right edge, or has no end.</summary>
    public bool IsCutOff(WaterfallRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.EndMs is not { } end || end > Scale.Most;
    }

    private void AddPart(RequestTrace trace, int index, double offsetMs, int level)
    {
        var (nodeId, request) = trace.Parts[index];
        _rows.Add(new WaterfallRow
        {
            NodeId = nodeId,
            Level = level,
            StartMs = offsetMs,
            EndMs = offsetMs + request.DurationMs,
            Part = request,
        });
        if (request.Coordinator == nodeId && request.QuorumMs is { } quorum)
        {
            QuorumMs = offsetMs + quorum;
        }

        // A node may have tried several before one took it on: the last that could have.
        var next = index + 1 < trace.Parts.Length ? trace.Parts[index + 1] : null;
        var taken = next is null ? null : request.Calls.LastOrDefault(call => call.Kind == "Coordinate" && call.NodeId == next.NodeId && call.Outcome is null or "Ok")
            ?? request.Calls.LastOrDefault(call => call.Kind == "Coordinate" && call.NodeId == next.NodeId);
        foreach (var call in request.Calls)
        {
            var start = offsetMs + call.StartMs;
            var end = start + call.DurationMs;
            _rows.Add(new WaterfallRow
            {
                NodeId = call.NodeId,
                Level = level + 1,
                StartMs = start,
                EndMs = end,
                Call = call,
                IsLate = (end ?? double.MaxValue) > AnsweredMs,
            });
            if (ReferenceEquals(call, taken))
            {
                IsAligned = true;
                AddPart(trace, index + 1, start + Math.Max(0, ((call.DurationMs ?? next!.Request.DurationMs) - next!.Request.DurationMs) / 2), level + 2);
            }
        }
    }
}

/// <summary>A bar of a waterfall: a node's part in the request, or a call.</summary>
public sealed record WaterfallRow
{
    /// <summary>Whose part it is, or who was asked.</summary>
    public required string NodeId { get; init; }

    /// <summary>How far it is indented: it was caused by the nearest row above with a smaller level.</summary>
    public required int Level { get; init; }

    /// <summary>When it began, in milliseconds after the request did.</summary>
    public required double StartMs { get; init; }

    /// <summary>When it ended; null when it had not when the node told of it.</summary>
    public required double? EndMs { get; init; }

    /// <summary>What the node tells of its part; null for a call.</summary>
    public RequestEvent? Part { get; init; }

    /// <summary>The call; null for a node's part.</summary>
    public RequestCall? Call { get; init; }

    /// <summary>Whether the client had its answer before it ended.</summary>
    public bool IsLate { get; init; }
}
