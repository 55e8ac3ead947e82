namespace DaprDynamo.Portal.Components.Pages.Traces;

/// <summary>How the log entries of a request are found in Seq, given its trace id or its correlation id.</summary>
public sealed record LogQuery
{
    private const int TraceIdLength = 32;

    private LogQuery(string id, string? traceId) => (Id, TraceId) = (id, traceId);

    /// <summary>What was given, without white space around it.</summary>
    public string Id { get; }

    /// <summary>The W3C trace id; null when what was given is none, and so can only be a correlation id of the client's own.</summary>
    public string? TraceId { get; }

    /// <summary>The filter to paste into Seq.</summary>
    public string Filter => TraceId is { } traceId
        ? $"@TraceId = '{traceId}' or CorrelationId = '{Quoted(Id)}'"
        : $"CorrelationId = '{Quoted(Id)}'";

    /// <summary>Reads a trace id, a whole <c>traceparent</c> header, or any other correlation id; null when nothing is given.</summary>
    public static LogQuery? Of(string? text)
    {
        var id = text?.Trim() ?? "";
        if (id.Length == 0)
        {
            return null;
        }

        // A traceparent is version, trace id, span id and flags.
        var candidate = id.Split('-') is [{ Length: 2 }, { Length: TraceIdLength } inner, { Length: 16 }, { Length: 2 }] ? inner : id;
        var traceId = candidate.ToLowerInvariant();
        var isTraceId = traceId.Length == TraceIdLength && traceId.All(char.IsAsciiHexDigitLower) && traceId.Any(digit => digit != '0');
        return new LogQuery(isTraceId ? traceId : id, isTraceId ? traceId : null);
    }

    private static string Quoted(string id) => id.Replace("'", "''", StringComparison.Ordinal);
}
