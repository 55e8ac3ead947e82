using System.Globalization;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Traces;

/// <summary>Which requests are shown: those that meet every condition set.</summary>
public sealed record TraceFilter
{
    /// <summary>The verb; null for all.</summary>
    public string? Verb { get; init; }

    /// <summary>What the key contains, whatever the case; null for any key.</summary>
    public string? Key { get; init; }

    /// <summary>The node that had a part in the request, or was asked, or for which another stood in; null for any.</summary>
    public string? NodeId { get; init; }

    /// <summary>What came of it; null for anything.</summary>
    public string? Status { get; init; }

    /// <summary>Whether only those are shown that the store failed.</summary>
    public bool FailuresOnly { get; init; }

    /// <summary>How long it took at least, in milliseconds; null for any duration.</summary>
    public double? DurationMsMin { get; init; }

    /// <summary>Whether every request is shown.</summary>
    public bool IsEmpty => this == new TraceFilter();

    /// <summary>Makes a filter of what a query string says; what is empty or means nothing sets no condition.</summary>
    public static TraceFilter Of(string? verb, string? key, string? node, string? status, string? failures, string? minMs) => new()
    {
        Verb = NullIfBlank(verb),
        Key = string.IsNullOrEmpty(key) ? null : key,
        NodeId = NullIfBlank(node),
        Status = NullIfBlank(status),
        FailuresOnly = failures is "1" or "true",
        DurationMsMin = double.TryParse(minMs, NumberStyles.Float, CultureInfo.InvariantCulture, out var ms) && ms > 0 && double.IsFinite(ms) ? ms : null,
    };

    /// <summary>The parameters of the query string that say the same; null for those that are not needed.</summary>
    public IReadOnlyDictionary<string, object?> ToQuery() => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["verb"] = Verb,
        ["key"] = Key,
        ["node"] = NodeId,
        ["status"] = Status,
        ["failures"] = FailuresOnly ? "1" : null,
        ["minMs"] = DurationMsMin?.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Whether a request meets the conditions.</summary>
    public bool Accepts(RequestTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var request = trace.Request;
        return (Verb is null || request.Verb == Verb)
            && (Status is null || request.Status == Status)
            && (!FailuresOnly || request.IsFailure)
            && !(request.DurationMs < DurationMsMin)
            && (Key is null || request.Key.Contains(Key, StringComparison.OrdinalIgnoreCase))
            && (NodeId is null || trace.Parts.Any(HasPart));
    }

    private bool HasPart(TracePart part) =>
        part.NodeId == NodeId || part.Request.Coordinator == NodeId || part.Request.Calls.Any(call => call.NodeId == NodeId || call.ServesId == NodeId);

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
