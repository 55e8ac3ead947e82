using System.Text.RegularExpressions;

namespace DaprDynamo.Transport.Dapr;

/// <summary>What a sidecar says when it could not deliver a request: whether the application may have got it all the same.</summary>
public static partial class SidecarFailure
{
    private static readonly string[] NeverDelivered =
    [
        "connection refused",
        "no healthy services found",
        "failed to query healthy consul services",
        "app is not in a healthy state",
        "app channel is not initialized",
        "no such host",
        "failed to resolve",
        "couldn't find service",
        "error while dialing",
        // As said of a connection that was to be opened: one that was open is read from, "read tcp ...".
        "connect: no route to host",
        "connect: network is unreachable",
    ];

    /// <summary>
    /// Judges the body of a 500 that no application has sent: false when the request certainly reached nobody, as with a refused
    /// connection; true when it may have.
    /// </summary>
    /// <param name="message">The body, or as much of it as was read.</param>
    public static bool MayHaveBeenDelivered(string message)
    {
        ArgumentNullException.ThrowIfNull(message);

        // Only the last try is told of: an earlier one may have arrived, and only its answer been lost.
        return RepeatedTries().IsMatch(message)
            || !(DialTimedOut().IsMatch(message) || Array.Exists(NeverDelivered, reason => message.Contains(reason, StringComparison.OrdinalIgnoreCase)));
    }

    [GeneratedRegex("dial tcp [^ ]+: i/o timeout", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DialTimedOut();

    [GeneratedRegex("after [1-9][0-9]* retries", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RepeatedTries();
}
