using System.Collections.Frozen;
using System.Diagnostics;
using System.Net.Http.Headers;
using DaprDynamo.ServiceDefaults.Correlation;
using Microsoft.Net.Http.Headers;

namespace DaprDynamo.Portal.Proxy;

/// <summary>Which headers pass the proxy, and which are those of one connection or of the portal alone.</summary>
internal static class ProxyHeaders
{
    private const string CorrelationId = "X-Correlation-Id";

    // A sidecar takes its orders from these, dapr-app-id above the path: they are the portal's to give, never a client's.
    private const string SidecarPrefix = "dapr-";

    // RFC 9110, section 7.6.1; whatever Connection names goes with them.
    private static readonly FrozenSet<string> HopByHop = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, "Proxy-Connection", HeaderNames.TE,
        HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade);

    // The portal has its own of these, or has dealt with them. Its tokens and cookies are nothing for the nodes.
    private static readonly FrozenSet<string> OwnOfThePortal = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Host, HeaderNames.Authorization, HeaderNames.Cookie, HeaderNames.Expect, HeaderNames.ContentLength, HeaderNames.TraceParent, HeaderNames.TraceState,
        CorrelationId);

    /// <summary>Gives a request to a node the headers of the client's.</summary>
    internal static void CopyRequest(HttpContext context, HttpRequestMessage request, string apiToken)
    {
        var sent = context.Request.Headers;
        foreach (var (name, values) in sent)
        {
            if (!name.StartsWith(':') && !name.StartsWith(SidecarPrefix, StringComparison.OrdinalIgnoreCase) && !HopByHop.Contains(name) && !OwnOfThePortal.Contains(name) && !IsNamed(sent.Connection, name)
                && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        request.Headers.TryAddWithoutValidation(CorrelationId, context.GetCorrelationId());
        if (apiToken.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiToken);
        }

        CopyTrace(sent, request);
    }

    /// <summary>Gives the answer to the client the headers of the node's.</summary>
    internal static void CopyResponse(HttpResponseMessage response, IHeaderDictionary headers)
    {
        var connection = string.Join(',', response.Headers.Connection);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name) && !IsNamed(connection, name))
            {
                headers[name] = values.ToArray();
            }
        }
    }

    private static void CopyTrace(IHeaderDictionary sent, HttpRequestMessage request)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } span)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.TraceParent, (IEnumerable<string?>)sent.TraceParent);
            request.Headers.TryAddWithoutValidation(HeaderNames.TraceState, (IEnumerable<string?>)sent.TraceState);
            return;
        }

        request.Headers.TryAddWithoutValidation(HeaderNames.TraceParent, id);
        if (!string.IsNullOrEmpty(span.TraceStateString))
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.TraceState, span.TraceStateString);
        }
    }

    private static bool IsNamed(string? connection, string name) => !string.IsNullOrEmpty(connection)
        && connection.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase);
}
