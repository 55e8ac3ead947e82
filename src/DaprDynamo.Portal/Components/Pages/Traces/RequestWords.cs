using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Traces;

/// <summary>Says in words what nodes tell of requests.</summary>
public static class RequestWords
{
    /// <summary>The verbs, as nodes name them.</summary>
    public static IReadOnlyList<string> Verbs { get; } = ["get", "create", "put", "delete"];

    /// <summary>What may come of a request, as nodes name it, and in words.</summary>
    public static IReadOnlyList<(string Status, string Words)> Statuses { get; } =
    [
        ("Found", "Found"),
        ("NotFound", "Not found"),
        ("Created", "Created"),
        ("Written", "Written"),
        ("Deleted", "Deleted"),
        ("AlreadyExists", "Already exists"),
        ("TooManySiblings", "Too many siblings"),
        ("QuorumNotReached", "Quorum not reached"),
        ("Overloaded", "Overloaded"),
        ("GivenUp", "Client gave up"),
        ("StoreFull", "Disk full"),
        ("Failed", "Failed"),
        ("NotServing", "Not serving"),
    ];

    /// <summary>What came of a request, in words.</summary>
    public static string OfStatus(string status) => Statuses.FirstOrDefault(known => known.Status == status).Words ?? status;

    /// <summary>How a request went: the tone of its mark.</summary>
    public static string ToneOf(RequestEvent request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request switch
        {
            { IsFailure: true } => "bad",
            { Status: "TooManySiblings" or "NotServing" } => "warn",
            { Status: "NotFound" or "AlreadyExists" or "GivenUp" } => "unknown",
            _ => "good",
        };
    }

    /// <summary>What was asked of a member, in words that end with the member's name.</summary>
    public static string OfCall(RequestCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call switch
        {
            { Kind: "Read", ServesId: { } serves } => $"read, instead of {serves}, from",
            { Kind: "Read" } => "read from",
            { Kind: "Write" } => "write to",
            { Kind: "Hint", ServesId: { } serves } => $"hint for {serves} kept by",
            { Kind: "Hint" } => "hint kept by",
            { Kind: "Repair" } => "repair of",
            { Kind: "Coordinate" } => "passed on to",
            _ => call.Kind,
        };
    }

    /// <summary>What came of a call: the tone of its mark, and words.</summary>
    public static (string Tone, string Words) OfOutcome(RequestCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Outcome switch
        {
            null => ("warn", "not answered yet"),
            "Ok" => ("good", "answered"),
            "GivenUp" => ("unknown", "not waited for"),
            "Unreachable" => ("bad", "unreachable"),
            "NoAnswer" => ("bad", "no answer in time"),
            "Overloaded" => ("bad", "overloaded"),
            "StoreFull" => ("bad", "disk full"),
            "Refused" => ("bad", "refused"),
            "Failed" => ("bad", "failed"),
            "Stale" => ("warn", "came too late"),
            "StaleView" => ("warn", "ring has changed"),
            "NotCopied" => ("warn", "still copying"),
            var other => ("warn", other),
        };
    }

    /// <summary>What the calls of some requests are for, each kind explained once, in the order in which a request meets them.</summary>
    public static IEnumerable<(string Name, string Meaning)> Explain(IReadOnlyCollection<RequestTrace> traces)
    {
        var calls = traces.SelectMany(trace => trace.Parts).SelectMany(part => part.Request.Calls).ToList();
        bool Has(string kind) => calls.Any(call => call.Kind == kind);
        if (Has("Coordinate"))
        {
            yield return ("Passed on", "The node that was asked keeps no replica of the key, so it passed the write on to one that does. That one is the coordinator.");
        }

        if (Has("Read"))
        {
            yield return ("Read", "The coordinator asks as few replicas as must agree, merges what they hold, and answers the client.");
        }

        if (Has("Write"))
        {
            yield return ("Write", "The record goes to every replica of the key at once; one the coordinator keeps itself needs no call. The client is answered when enough have it on disk, the others finish afterwards.");
        }

        if (calls.Any(call => call.IsHedge))
        {
            yield return ("Hedge", "A replica was slow, so one more was asked rather than waiting for it. Whichever answers first counts.");
        }

        if (Has("Hint"))
        {
            yield return ("Hint", "A replica could not be reached, so another member keeps the record for it and hands it over when it is back.");
        }

        if (Has("Repair"))
        {
            yield return ("Repair", "A replica turned out to be behind. It gets what it lacks after the client has its answer, so nobody waits for it.");
        }
    }
}
