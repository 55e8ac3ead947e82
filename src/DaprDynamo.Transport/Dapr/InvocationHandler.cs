namespace DaprDynamo.Transport.Dapr;

/// <summary>
/// Turns a request to <c>http://app-id/path?query</c> into an invocation through the sidecar,
/// <c>{endpoint}/v1.0/invoke/app-id/method/path?query</c>, and shows the sidecar its token. Does nothing else: no retry, no
/// timeout, no look at the answer. It behaves as the handler of Dapr's own SDK does and can give way to it.
/// </summary>
/// <param name="settings">Where the sidecar is.</param>
public sealed class InvocationHandler(DaprSettings settings) : DelegatingHandler
{
    /// <summary>The address under which an application is invoked.</summary>
    public static Uri AddressOf(string appId) => new UriBuilder(Uri.UriSchemeHttp, appId).Uri;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The request's address is not absolute, or neither http nor https.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var original = request.RequestUri;
        request.RequestUri = Rewrite(original);
        if (settings.ApiToken is { } token)
        {
            request.Headers.Remove(DaprSettings.TokenHeader);
            request.Headers.Add(DaprSettings.TokenHeader, token);
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whoever sent it finds it as it was.
            request.RequestUri = original;
            if (settings.ApiToken is not null)
            {
                request.Headers.Remove(DaprSettings.TokenHeader);
            }
        }
    }

    private Uri Rewrite(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new Uri($"{settings.HttpEndpoint.GetLeftPart(UriPartial.Authority)}/v1.0/invoke/{address.Host}/method{address.AbsolutePath}{address.Query}")
            : throw new ArgumentException($"'{address}' is not an absolute http or https address whose host is an app id.", nameof(address));
}
