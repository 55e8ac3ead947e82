using System.Net.Sockets;

namespace DaprDynamo.StandInSidecar;

/// <summary>The sidecar's last leg: takes calls of other sidecars, and of its own, to its application.</summary>
internal sealed class OwnApp(SidecarOptions options, AppHealth health) : IDisposable
{
    private const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });

    private volatile bool _hasBegun;

    public void Dispose() => _http.Dispose();

    /// <summary>Calls the application; the failure is the sidecar's, whatever the application answers is not.</summary>
    internal async Task<(HttpResponseMessage? Answer, InvocationError? Error)> CallAsync(
        HttpRequest request, string pathAndQuery, byte[] body, string callerId, CancellationToken cancellationToken)
    {
        if (!health.IsHealthy)
        {
            return (null, InvocationError.AppUnhealthy);
        }

        var address = new Uri(options.App, pathAndQuery);
        using var message = Relay.Request(request.Method, address, body, hasBody: body.Length > 0 || request.ContentLength is not null);
        Relay.CopyHeaders(request.Headers, message);
        SetHeaders(message, callerId);
        HttpResponseMessage? answer = null;
        try
        {
            answer = await _http.SendAsync(message, cancellationToken);
            await answer.Content.LoadIntoBufferAsync(options.BodySizeBytesMax, cancellationToken);
            return (answer, null);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            answer?.Dispose();
            return (null, InvocationError.TooLarge);
        }
        catch (HttpRequestException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return (null, InvocationError.AppUnreachable(request.Method, address, "connection refused"));
        }
        catch (HttpRequestException)
        {
            answer?.Dispose();
            return (null, InvocationError.AppFailed(request.Method, address));
        }
    }

    /// <summary>Whether the application has begun to listen, as far as the sidecar has seen; it looks until it has.</summary>
    internal async Task<bool> HasBegunAsync(CancellationToken cancellationToken)
    {
        if (_hasBegun)
        {
            return true;
        }

        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(options.App.Host, options.App.Port, cancellationToken);
            return _hasBegun = true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void SetHeaders(HttpRequestMessage message, string callerId)
    {
        foreach (var name in (string[])["Dapr-Api-Token", "Dapr-App-Id", "Traceparent", "Tracestate", "Accept-Encoding"])
        {
            message.Headers.Remove(name);
        }

        message.Headers.Add("Dapr-Caller-App-Id", callerId);
        message.Headers.Add("Dapr-Callee-App-Id", options.AppId);
        message.Headers.Add("Dapr-Caller-Namespace", "default");
        message.Headers.TryAddWithoutValidation("Forwarded", $"for={options.Host};by={options.Host};host={options.AppId}");
        message.Headers.Add("X-Forwarded-For", options.Host);
        message.Headers.Add("X-Forwarded-Host", options.AppId);
        message.Headers.Add("Traceparent", NoTrace);
        message.Headers.Add("Accept-Encoding", "gzip");
        if (options.AppApiToken is { } token)
        {
            message.Headers.Add("Dapr-Api-Token", token);
        }
    }
}
