using System.Net;

namespace DaprDynamo.Transport.Dapr;

/// <summary>
/// Tells the answers of peers from a sidecar's own: what a peer answered passes, whatever its status; a sidecar that could not
/// deliver the request is a failed connection, as it would be without a sidecar. A refusal of the sidecar's own passes too: it is
/// as anything that answers in a peer's place, on either road.
/// </summary>
/// <param name="inner">Sends through the sidecar.</param>
public sealed class RelayedAnswersHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MessageSizeBytesMax = 16 * 1024;
    private const int FirstServerError = 500;

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The sidecar could not deliver the request.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode < FirstServerError || response.Headers.Contains(PeerProtocol.ChecksumHeader))
        {
            return response;
        }

        using (response)
        {
            var message = await ReadStartAsync(response.Content, cancellationToken).ConfigureAwait(false);

            // Only of its 500 is it known what it says: any other may stand for an answer that was lost.
            throw response.StatusCode == HttpStatusCode.InternalServerError && !SidecarFailure.MayHaveBeenDelivered(message)
                ? new HttpRequestException(HttpRequestError.ConnectionError, $"The sidecar answered: {message}")
                : new HttpRequestException(HttpRequestError.ResponseEnded, $"The sidecar answered {(int)response.StatusCode}: {message}");
        }
    }

    private static async Task<string> ReadStartAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[MessageSizeBytesMax];
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, count);
    }
}
