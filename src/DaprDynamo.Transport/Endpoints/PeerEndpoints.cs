using System.Diagnostics;
using System.Text;
using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Transport.Protocol;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Transport.Endpoints;

/// <summary>Where a node takes the requests of its peers.</summary>
public sealed class PeerEndpoints(
    IPeerRequestHandler handler, string selfId, string clusterIdentity, TransportOptions options, TimeProvider time, ILogger<PeerEndpoints> logger)
{
    private static readonly ActivitySource Activities = new("DaprDynamo.Peer");

    /// <summary>Adds the endpoint to a host. It stays out of the public API's description.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(PeerProtocol.BatchPath, (RequestDelegate)TakeAsync).ExcludeFromDescription();

    private async Task TakeAsync(HttpContext context)
    {
        try
        {
            await TakeBatchAsync(context).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The peer died or gave up in the middle: nobody is left to answer, and it is no failure of this node.
            logger.LogDebug("A peer went away before it had its answer: {Reason}", gone.Message);
            context.Abort();
        }
    }

    private async Task TakeBatchAsync(HttpContext context)
    {
        if (options.ClusterToken is { } token && !PeerToken.IsShownBy(context.Request.Headers.Authorization, token))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "The cluster token is missing or wrong.").ConfigureAwait(false);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.BodySizeBytesMax;
        }

        var body = await ReadBodyAsync(context.Request).ConfigureAwait(false);
        if (!BodyChecksum.Matches(body, context.Request.Headers[PeerProtocol.ChecksumHeader]))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "The body was cut or changed on the way.").ConfigureAwait(false);
            return;
        }

        RequestBatch batch;
        try
        {
            batch = RequestBatch.Parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "The body is no batch of requests.").ConfigureAwait(false);
            return;
        }

        if (batch.Recipient.Length > 0 && batch.Recipient != selfId)
        {
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, $"This is {selfId}, and not {batch.Recipient}.").ConfigureAwait(false);
            return;
        }

        if (batch.Cluster != clusterIdentity)
        {
            logger.LogWarning("{Peer} of cluster {TheirCluster} was refused: this node belongs to {Cluster}", batch.Sender, batch.Cluster, clusterIdentity);
            await RefuseAsync(
                context, StatusCodes.Status409Conflict, $"This node belongs to the cluster {clusterIdentity}, the sender to {batch.Cluster}.").ConfigureAwait(false);
            return;
        }

        var budget = new AnswerBudget(options.BatchSizeBytesMax);
        var answers = await Task.WhenAll(batch.Requests.Select(
            request => budget.AnswerAsync(request, () => AnswerAsync(request, batch.Sender, context.RequestAborted)))).ConfigureAwait(false);
        var message = new AnswerBatch();
        message.Answers.AddRange(answers);
        await SendAsync(context.Response, PeerProtocol.ContentType, message.ToByteArray()).ConfigureAwait(false);
    }

    private async Task<Answer> AnswerAsync(Request request, string senderId, CancellationToken gone)
    {
        using var activity = StartActivity(request);
        try
        {
            var deadline = Deadline.After(TimeSpan.FromMilliseconds(request.TimeoutMs), time);
            return PeerCodec.Encode(await handler.HandleAsync(PeerCodec.Decode(request, senderId), deadline, gone).ConfigureAwait(false));
        }
        catch (InvalidDataException malformed)
        {
            return PeerCodec.Encode(new PeerFailure(PeerFailureKind.Refused, malformed.Message));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogError(failure, "A peer's request failed");
            return PeerCodec.Encode(new PeerFailure(PeerFailureKind.Failed, "The node failed; its log tells why."));
        }
    }

    // Only a whole operation is worth a span of its own; replica reads and merges would drown it. Where nobody collects spans, it still
    // says to which trace the operation belongs.
    private static Activity? StartActivity(Request request) =>
        request.KindCase == Request.KindOneofCase.Coordinate && ActivityContext.TryParse(request.Traceparent, null, isRemote: true, out var parent)
            ? Activities.StartActivity("coordinate", ActivityKind.Server, parent) ?? new Activity("coordinate").SetParentId(request.Traceparent).Start()
            : null;

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, 1024 * 1024));
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return buffer.ToArray();
    }

    private static async Task SendAsync(HttpResponse response, string contentType, byte[] body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers[PeerProtocol.ChecksumHeader] = BodyChecksum.Of(body);
        await response.Body.WriteAsync(body, response.HttpContext.RequestAborted).ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return SendAsync(context.Response, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(reason));
    }
}
