using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;

namespace DaprDynamo.StandInSidecar;

/// <summary>Service invocation: from the application to another's sidecar, and from there to that application.</summary>
internal sealed class Invocations(SidecarOptions options, ConsulNames names, OwnApp app) : IDisposable
{
    private const string CallerHeader = "stand-in-caller";
    private const string InvokePrefix = "/v1.0/invoke/";
    private const string MethodPrefix = "/method/";

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });

    public void Dispose() => _http.Dispose();

    /// <summary>Takes a call from the sidecar's own side; false when the request is none.</summary>
    internal async Task<bool> TryTakeAsync(HttpContext context)
    {
        if (Target(context.Request) is not var (appId, pathAndQuery))
        {
            return false;
        }

        if (await Relay.ReadAsync(context.Request, options.BodySizeBytesMax) is not { } body)
        {
            await InvocationError.TooLarge.WriteAsync(context, appId);
            return true;
        }

        var (answer, error) = await InvokeAsync(context, appId, pathAndQuery, body);
        using (answer)
        {
            await (answer is not null ? Relay.AnswerAsync(answer, context) : error!.WriteAsync(context, appId));
        }

        return true;
    }

    /// <summary>Takes a call from another sidecar to the application.</summary>
    internal async Task TakeFromSidecarAsync(HttpContext context)
    {
        var body = (await Relay.ReadAsync(context.Request, int.MaxValue))!;
        var caller = context.Request.Headers[CallerHeader].ToString();
        context.Request.Headers.Remove(CallerHeader);
        var (answer, error) = await app.CallAsync(context.Request, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, body, caller, context.RequestAborted);
        using (answer)
        {
            if (answer is not null)
            {
                await Relay.AnswerAsync(answer, context);
                return;
            }

            context.Response.StatusCode = error!.Status;
            context.Response.Headers[InvocationError.Header] = error.Message;
        }
    }

    private static (string AppId, string PathAndQuery)? Target(HttpRequest request)
    {
        var raw = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = raw.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (raw, "") : (raw[..question], raw[question..]);
        if (path.StartsWith(InvokePrefix, StringComparison.Ordinal))
        {
            var method = path.IndexOf(MethodPrefix, InvokePrefix.Length, StringComparison.Ordinal);
            return method < 0 ? null : (path[InvokePrefix.Length..method], InvokedPath.Of(path[(method + MethodPrefix.Length)..], query));
        }

        return request.Headers["dapr-app-id"] is [{ Length: > 0 } appId] ? (appId, InvokedPath.Of(path.TrimStart('/'), query)) : null;
    }

    private async Task<(HttpResponseMessage? Answer, InvocationError? Error)> InvokeAsync(HttpContext context, string appId, string pathAndQuery, byte[] body)
    {
        if (appId == options.AppId)
        {
            return await app.CallAsync(context.Request, pathAndQuery, body, options.AppId, context.RequestAborted);
        }

        var policy = options.Resiliency.For(appId);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (policy.Timeout is { } timeout)
        {
            limit.CancelAfter(timeout);
        }

        try
        {
            for (var retries = 0; ; retries++)
            {
                var (answer, error) = await CallAsync(context.Request, appId, pathAndQuery, body, limit.Token);
                if (answer is not null || !error!.IsUnavailable || retries == policy.RetriesMax)
                {
                    return (answer, error?.AfterRetries(appId, error.IsUnavailable ? retries : 0));
                }

                await Task.Delay(policy.RetryAfter, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return (null, InvocationError.TimedOut);
        }
    }

    private async Task<(HttpResponseMessage? Answer, InvocationError? Error)> CallAsync(
        HttpRequest request, string appId, string pathAndQuery, byte[] body, CancellationToken cancellationToken)
    {
        Uri? sidecar;
        try
        {
            sidecar = await names.ResolveAsync(appId, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            return (null, InvocationError.NameUnresolved(failure.Message));
        }

        if (sidecar is null)
        {
            return (null, InvocationError.NoHealthyService(appId));
        }

        using var message = Relay.Request(request.Method, new Uri(sidecar, pathAndQuery), body, hasBody: body.Length > 0 || request.ContentLength is not null);
        Relay.CopyHeaders(request.Headers, message);
        message.Headers.Add(CallerHeader, options.AppId);
        try
        {
            var answer = await _http.SendAsync(message, cancellationToken);
            if (!answer.Headers.TryGetValues(InvocationError.Header, out var failure))
            {
                return (answer, null);
            }

            answer.Dispose();
            return (null, new InvocationError((int)answer.StatusCode, failure.First()));
        }
        catch (HttpRequestException failure)
        {
            return (null, failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? InvocationError.SidecarUnreachable(sidecar)
                : InvocationError.SidecarLost);
        }
    }
}
