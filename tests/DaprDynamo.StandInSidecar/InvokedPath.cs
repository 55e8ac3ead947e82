namespace DaprDynamo.StandInSidecar;

/// <summary>What becomes of a path on its way through two sidecars: it is decoded, cleaned and put together anew.</summary>
internal static class InvokedPath
{
    /// <summary>The path and query at which the application is called.</summary>
    /// <param name="rawMethod">What stands after <c>/method/</c>, as the client sent it.</param>
    /// <param name="query">The query with its question mark, or nothing.</param>
    internal static string Of(string rawMethod, string query)
    {
        var decoded = Uri.UnescapeDataString(rawMethod);

        // Once decoded, these mean what they mean in any address.
        var fragment = decoded.IndexOf('#', StringComparison.Ordinal);
        decoded = fragment >= 0 ? decoded[..fragment] : decoded;
        var question = decoded.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            query = decoded[question..] + (query.Length > 0 ? "&" + query[1..] : "");
            decoded = decoded[..question];
        }

        return Clean(decoded) + query;
    }

    private static string Clean(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(Uri.EscapeDataString(segment));
            }
        }

        return "/" + string.Join('/', segments);
    }
}
