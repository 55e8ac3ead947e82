using System.Net;
using System.Text;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Portal.Proxy;

/// <summary>
/// Sends a request to the first of some nodes, and on to the next when one cannot take it: a read always, a write only when it cannot
/// have been applied.
/// </summary>
internal sealed class NodeForwarder : IDisposable
{
    private const int TriesMax = 6;
    private const int SidecarMessageSizeBytesMax = 16 * 1024;

    // A node that answers at its own limit is heard.
    private static readonly TimeSpan ReadPatienceMore = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _http;
    private readonly bool _throughDapr;
    private readonly TimeSpan _readPatience;
    private readonly TimeSpan _patience;

    /// <summary>Makes the forwarder.</summary>
    /// <param name="handler">Carries requests to nodes' addresses. It is disposed of with this.</param>
    /// <param name="options">The portal's settings.</param>
    internal NodeForwarder(HttpMessageHandler handler, PortalOptions options)
    {
        _http = new HttpMessageInvoker(handler);
        _throughDapr = options.Transport == NodeRoad.Dapr;
        _readPatience = TimeSpan.FromMilliseconds(options.NodeTimeoutMs) + ReadPatienceMore;
        _patience = TimeSpan.FromMilliseconds(options.ProxyTimeoutMs);
    }

    private enum Outcome
    {
        /// <summary>There is an answer for the client.</summary>
        Answered,

        /// <summary>The node did nothing, or never got the request.</summary>
        NothingDone,

        /// <summary>The node may have got the request, and nobody knows what it made of it.</summary>
        Lost,
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Sends the request. Exactly one of the two results is there; a response is the caller's to dispose of, and its body is not read yet.</summary>
    /// <param name="create">Makes the request for a node; called once a try.</param>
    /// <param name="isRead">Whether it changes nothing, and may be sent twice.</param>
    /// <param name="nodes">Whom to ask, best first.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    internal async Task<(HttpResponseMessage? Response, Problem? Problem)> SendAsync(
        Func<NodeAddress, HttpRequestMessage> create, bool isRead, IReadOnlyList<NodeAddress> nodes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        var isSilence = false;
        var tries = Math.Min(nodes.Count, TriesMax);
        for (var i = 0; i < tries && !limit.IsCancellationRequested; i++)
        {
            using var request = create(nodes[i]);
            var (outcome, response) = await TryAsync(request, isRead, limit.Token, cancellationToken);
            if (outcome == Outcome.Answered || (response is not null && i == tries - 1))
            {
                return (response, null);
            }

            response?.Dispose();
            if (outcome == Outcome.Lost && !isRead)
            {
                return (null, limit.IsCancellationRequested ? Problem.WriteTimedOut : Problem.WriteLost);
            }

            isSilence |= outcome == Outcome.Lost;
        }

        return (null, isSilence ? Problem.ReadTimedOut : Problem.Unreachable);
    }

    private async Task<(Outcome Outcome, HttpResponseMessage? Response)> TryAsync(
        HttpRequestMessage request, bool isRead, CancellationToken limit, CancellationToken clientGone)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit);
        if (isRead)
        {
            patience.CancelAfter(_readPatience);
        }

        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, patience.Token);
            if (_throughDapr && IsSidecarsOwnFailure(response))
            {
                using (response)
                {
                    return (await OutcomeOfAsync(response, patience.Token), null);
                }
            }

            return (SaysNothingWasDone(response) ? Outcome.NothingDone : Outcome.Answered, response);
        }
        catch (HttpRequestException failure) when (
            failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return (Outcome.NothingDone, null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (Outcome.Lost, null);
        }
        catch (OperationCanceledException silence) when (!clientGone.IsCancellationRequested)
        {
            // The handler's own limit for opening a connection, after which nothing was sent, or ours.
            return (silence.InnerException is TimeoutException && !patience.IsCancellationRequested ? Outcome.NothingDone : Outcome.Lost, null);
        }
    }

    /// <summary>A node that serves nobody yet, or has too much to do.</summary>
    private static bool SaysNothingWasDone(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null && IsProblem(response);

    /// <summary>A node's own failures are problem details.</summary>
    private static bool IsSidecarsOwnFailure(HttpResponseMessage response) => response.StatusCode >= HttpStatusCode.InternalServerError && !IsProblem(response);

    private static bool IsProblem(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == Problem.ContentType;

    private static async Task<Outcome> OutcomeOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.InternalServerError)
        {
            return Outcome.Lost;
        }

        var buffer = new byte[SidecarMessageSizeBytesMax];
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return SidecarFailure.MayHaveBeenDelivered(Encoding.UTF8.GetString(buffer, 0, count)) ? Outcome.Lost : Outcome.NothingDone;
    }
}
