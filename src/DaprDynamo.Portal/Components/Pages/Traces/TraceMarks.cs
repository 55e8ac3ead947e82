using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Traces;

/// <summary>What is remarkable about a request, in a word each, and in a sentence for those who ask.</summary>
public static class TraceMarks
{
    /// <summary>The marks of a request; none when all went the usual way.</summary>
    public static IEnumerable<(string Word, string Meaning)> Of(RequestTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var calls = trace.Parts.SelectMany(part => part.Request.Calls).ToList();
        if (calls.Any(call => call.IsHedge))
        {
            yield return ("hedge", "A replica was slow; one more was asked.");
        }

        if (calls.Any(call => call.Kind == "Hint"))
        {
            yield return ("hint", "A replica could not be reached; another member keeps the record for it.");
        }

        if (calls.Any(call => call.Kind == "Repair"))
        {
            yield return ("repair", "A replica was behind and got what it lacked.");
        }

        if (trace.Request.Siblings > 1)
        {
            yield return ($"{trace.Request.Siblings} siblings", "The key has several values, written at the same time, that nobody has resolved yet.");
        }
    }
}
