using System.Buffers;
using System.Net;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace DaprDynamo.Portal.Proxy;

/// <summary>The public key API as the portal serves it: every request goes to a node, and its answer comes back as it is.</summary>
internal sealed class ProxyEndpoints(
    PortalOptions options,
    LiveCluster cluster,
    NodeForwarder forwarder,
    ClientLimit limit,
    ProxyCapacity capacity,
    ProxyAccess access,
    ILogger<ProxyEndpoints> logger)
{
    /// <summary>Where the key API is described.</summary>
    internal const string DescriptionPath = "/openapi/v1.json";

    private const string KeyVerbs = "DELETE, GET, POST, PUT";

    /// <summary>As much as a node takes: a value of the largest size, some white space in it, and the longest clock.</summary>
    private const int BodySizeBytesMax = (2 * KeyApi.ValueSizeBytesMax) + ContextToken.LengthMax;

    private const int CopySizeBytes = 64 * 1024;

    // Dots and double slashes are part of a key: a target leaves as it came.
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    internal void Map(IEndpointRouteBuilder routes)
    {
        // Who may do what is answered with problem details here, not with a way to the sign-in page.
        routes.Map(KeyTargets.RoutedPattern, HandleKeyAsync).AllowAnonymous();
        routes.MapGet(DescriptionPath, HandleDescriptionAsync).AllowAnonymous();
    }

    private async Task HandleKeyAsync(HttpContext context)
    {
        if (await RefusalAsync(context) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        if (HttpMethods.IsConnect(context.Request.Method))
        {
            // It would ask the connection to a node for a tunnel; no node has one.
            context.Response.Headers.Allow = KeyVerbs;
            await Problem.MethodNotAllowed.WriteAsync(context);
            return;
        }

        var target = context.Features.GetRequiredFeature<KeyTarget>();
        var pathAndQuery = options.Transport == NodeRoad.Dapr ? target.ForSidecar() : target.PathAndQuery;
        if (pathAndQuery is null)
        {
            await Problem.BadKey(target.Trouble ?? "").WriteAsync(context);
            return;
        }

        using var place = capacity.TryEnter(BodySizeBytesOf(context.Request));
        if (place is null)
        {
            await Problem.Overloaded.WriteAsync(context);
            return;
        }

        var (body, problem) = await ReadBodyAsync(context);
        if (problem is not null)
        {
            await problem.WriteAsync(context);
            return;
        }

        await ForwardAsync(context, pathAndQuery, body, NodeOrder.Of(cluster.Current, target.Key, options.NodesInEffect));
    }

    private async Task HandleDescriptionAsync(HttpContext context)
    {
        if (await RefusalAsync(context) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        using var place = capacity.TryEnter(bodySizeBytes: 0);
        if (place is null)
        {
            await Problem.Overloaded.WriteAsync(context);
            return;
        }

        await ForwardAsync(context, DescriptionPath, body: null, NodeOrder.Of(cluster.Current, key: null, options.NodesInEffect));
    }

    private async Task<Problem?> RefusalAsync(HttpContext context) => limit.TryEnter(context.Connection.RemoteIpAddress, out var retryAfterSeconds)
        ? await access.RefusalOfAsync(context)
        : Problem.RateLimited(retryAfterSeconds);

    private async Task ForwardAsync(HttpContext context, string pathAndQuery, byte[]? body, IReadOnlyList<NodeAddress> nodes)
    {
        var method = new HttpMethod(context.Request.Method);
        if (nodes.Any(node => !Uri.TryCreate(AddressAt(node, pathAndQuery), AsSent, out _)))
        {
            await Problem.BadTarget.WriteAsync(context);
            return;
        }

        var (response, problem) = await forwarder.SendAsync(Create, ProxyAccess.IsRead(context.Request.Method), nodes, context.RequestAborted);
        if (response is null)
        {
            logger.LogWarning("A request could not be passed on to a node: {Problem}", problem!.Detail);
            await problem.WriteAsync(context);
            return;
        }

        using (response)
        {
            await RelayAsync(context, response);
        }

        HttpRequestMessage Create(NodeAddress node)
        {
            var request = new HttpRequestMessage(method, new Uri(AddressAt(node, pathAndQuery), AsSent));
            if (body is not null)
            {
                // Of known length: sidecars cut others without a word when they are too long.
                request.Content = new ByteArrayContent(body);
            }

            ProxyHeaders.CopyRequest(context, request, options.ApiToken);
            return request;
        }
    }

    private static string AddressAt(NodeAddress node, string pathAndQuery) => node.Uri.GetLeftPart(UriPartial.Authority) + pathAndQuery;

    private static bool HasBody(HttpRequest request) => HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method);

    /// <summary>The most that the body can take: one of unknown length may be the largest.</summary>
    private static long BodySizeBytesOf(HttpRequest request) =>
        HasBody(request) ? Math.Clamp(request.ContentLength ?? BodySizeBytesMax, 0, BodySizeBytesMax) : 0;

    /// <summary>The body of a verb that has one. It is kept until the request is over, as it may have to be sent more than once.</summary>
    private static async Task<(byte[]? Body, Problem? Problem)> ReadBodyAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HasBody(request))
        {
            return (null, null);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = BodySizeBytesMax;
        }

        try
        {
            using var buffer = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, BodySizeBytesMax));
            await request.Body.CopyToAsync(buffer, context.RequestAborted);
            return (buffer.ToArray(), null);
        }
        catch (BadHttpRequestException refused)
        {
            return (null, refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? Problem.ValueTooLarge : Problem.BadRequest(refused.StatusCode, refused.Message));
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Framing the server could not follow, such as a chunk larger than any number: the client's mistake all the same.
            return (null, Problem.BrokenBody);
        }
    }

    private async Task RelayAsync(HttpContext context, HttpResponseMessage response)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        ProxyHeaders.CopyResponse(response, context.Response.Headers);
        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        try
        {
            await CopyBodyAsync(context, response);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            // The status is out already: only a broken connection tells the client that the rest is missing.
            logger.LogWarning(failure, "A node was lost in the middle of its answer");
            context.Abort();
        }
    }

    /// <summary>Each part of the answer may take as long as a node may take to answer; how long the client takes for it, the server limits.</summary>
    private async Task CopyBodyAsync(HttpContext context, HttpResponseMessage response)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(CopySizeBytes);
        try
        {
            while (true)
            {
                silence.CancelAfter(options.NodeTimeoutMs);
                var count = await body.ReadAsync(buffer, silence.Token);
                if (count == 0)
                {
                    return;
                }

                silence.CancelAfter(Timeout.Infinite);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
