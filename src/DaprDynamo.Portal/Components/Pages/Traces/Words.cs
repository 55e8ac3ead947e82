using System.Globalization;

namespace DaprDynamo.Portal.Components.Pages.Traces;

/// <summary>Numbers with what they count.</summary>
internal static class Words
{
    /// <summary>The number and the noun, in the plural unless there is one: "1 request", "1,204 requests".</summary>
    internal static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
