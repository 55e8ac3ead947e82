namespace DaprDynamo.Transport.Dapr;

/// <summary>How the sidecar and its application reach and know each other: what Dapr's own variables say.</summary>
/// <param name="HttpEndpoint">The sidecar: scheme, host and port.</param>
/// <param name="ApiToken">What the sidecar wants to be shown; null for nothing.</param>
/// <param name="AppApiToken">What the sidecar shows the application; null for nothing.</param>
public sealed record DaprSettings(Uri HttpEndpoint, string? ApiToken, string? AppApiToken)
{
    /// <summary>The header in which both tokens travel.</summary>
    public const string TokenHeader = "dapr-api-token";

    private const int DefaultPort = 3500;

    /// <summary>
    /// Reads <c>DAPR_HTTP_ENDPOINT</c>, or else <c>DAPR_HTTP_PORT</c> (3500 when that is not set either), <c>DAPR_API_TOKEN</c>
    /// and <c>APP_API_TOKEN</c>.
    /// </summary>
    /// <param name="variable">The value of a variable; null or blank when it is not set.</param>
    /// <exception cref="FormatException">One of them makes no sense; the message is a sentence that says which.</exception>
    public static DaprSettings Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new DaprSettings(ReadEndpoint(variable), NullIfBlank(variable("DAPR_API_TOKEN")), NullIfBlank(variable("APP_API_TOKEN")));
    }

    private static Uri ReadEndpoint(Func<string, string?> variable)
    {
        if (NullIfBlank(variable("DAPR_HTTP_ENDPOINT")) is { } text)
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps)
                ? new Uri(endpoint.GetLeftPart(UriPartial.Authority))
                : throw new FormatException($"DAPR_HTTP_ENDPOINT is '{text}', which is not of the form http://host:port.");
        }

        if (NullIfBlank(variable("DAPR_HTTP_PORT")) is not { } digits)
        {
            return new UriBuilder(Uri.UriSchemeHttp, "localhost", DefaultPort).Uri;
        }

        return ushort.TryParse(digits, out var port) && port > 0
            ? new UriBuilder(Uri.UriSchemeHttp, "localhost", port).Uri
            : throw new FormatException($"DAPR_HTTP_PORT is '{digits}', which is no port.");
    }

    // A variable that was read from a file ends with a line break, which no header can carry.
    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
