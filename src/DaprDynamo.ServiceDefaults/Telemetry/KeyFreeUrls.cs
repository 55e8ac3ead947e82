namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>Takes keys out of URLs before they leave the process: they are users' data, and collectors keep what they get.</summary>
internal static class KeyFreeUrls
{
    private const string KeyRoot = "/v1/";
    private const string KeyRootThroughSidecar = "/method/v1/";

    /// <summary>The path with a key replaced by a star; any other path as it is.</summary>
    public static string Path(string path)
    {
        if (path.StartsWith(KeyRoot, StringComparison.Ordinal))
        {
            return KeyRoot + "*";
        }

        var sidecar = path.IndexOf(KeyRootThroughSidecar, StringComparison.Ordinal);
        return sidecar < 0 ? path : string.Concat(path.AsSpan(0, sidecar), KeyRootThroughSidecar, "*");
    }

    /// <summary>The URL without its query, and with a key replaced by a star.</summary>
    public static string Full(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            return url;
        }

        return parsed.GetLeftPart(UriPartial.Authority) + Path(parsed.AbsolutePath);
    }
}
