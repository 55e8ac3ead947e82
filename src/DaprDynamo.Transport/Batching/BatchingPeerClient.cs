using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Transport.Protocol;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Transport.Batching;

/// <summary>
/// Sends requests to peers over HTTP, many in one body when many wait. The handler below it decides the road: straight to
/// the member's address, or through a sidecar.
/// </summary>
public sealed class BatchingPeerClient : IReplicaTransport, IDisposable
{
    private const int ReasonSizeBytesMax = 300;

    private readonly HttpClient _http;
    private readonly TransportOptions _options;
    private readonly string _selfId;
    private readonly string _clusterIdentity;
    private readonly TimeProvider _time;
    private readonly RefusalLog _refusals;
    private readonly Func<string?> _trouble;
    private readonly ConcurrentDictionary<(string NodeId, Uri Address, Request.KindOneofCase Kind), PeerLane> _lanes = new();

    /// <summary>Makes the client.</summary>
    /// <param name="handler">Carries the HTTP requests; disposed with the client.</param>
    /// <param name="selfId">The node's own id, told to peers.</param>
    /// <param name="clusterIdentity">What peers compare before they answer.</param>
    /// <param name="options">Limits and the cluster token.</param>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="logger">Told when a peer refuses this node.</param>
    /// <param name="trouble">Why nothing can be sent yet, in a sentence, or null; left out when nothing has to be waited for.</param>
    public BatchingPeerClient(
        HttpMessageHandler handler,
        string selfId,
        string clusterIdentity,
        TransportOptions options,
        TimeProvider time,
        ILogger<BatchingPeerClient> logger,
        Func<string?>? trouble = null)
    {
        _trouble = trouble ?? (() => null);
        _options = options;
        _selfId = selfId;
        _clusterIdentity = clusterIdentity;
        _time = time;
        _refusals = new RefusalLog(logger);
        // Each batch has a timeout of its own, the longest of its requests.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public string? Trouble => _trouble();

    /// <summary>What has been sent.</summary>
    public PeerTraffic Traffic { get; } = new();

    /// <inheritdoc/>
    public async Task<PeerAnswer> SendAsync(MemberRecord target, PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (_trouble() is { } trouble)
        {
            return new PeerFailure(PeerFailureKind.Unreachable, trouble) { WasNeverSent = true };
        }

        var message = PeerCodec.Encode(request);
        message.Traceparent = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";
        var pending = new PendingRequest(message, deadline);
        if (!LaneTo(target, message.KindCase).TryEnqueue(pending))
        {
            return new PeerFailure(PeerFailureKind.Overloaded, $"Too many requests wait for {target.NodeId}.") { WasNeverSent = true };
        }

        try
        {
            return await pending.Answer.WaitAsync(deadline.Remaining(_time), _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new PeerFailure(PeerFailureKind.NoAnswer, $"{target.NodeId} did not answer in time.");
        }
    }

    /// <summary>Closes the connections. Requests under way end without an answer.</summary>
    public void Dispose() => _http.Dispose();

    private PeerLane LaneTo(MemberRecord target, Request.KindOneofCase kind) =>
        _lanes.GetOrAdd(
            (target.NodeId, target.Address, LaneOf(kind)),
            static (lane, client) => new PeerLane(client._options, batch => client.SendBatchAsync(lane.NodeId, lane.Address, batch)),
            this);

    private Request.KindOneofCase LaneOf(Request.KindOneofCase kind) =>
        _options.ReadsGoWithWrites && kind is (Request.KindOneofCase.Read or Request.KindOneofCase.Hint) ? Request.KindOneofCase.Merge : kind;

    /// <returns>Those to be sent again: the peer had no room for their answers.</returns>
    private async Task<IReadOnlyList<PendingRequest>> SendBatchAsync(string nodeId, Uri address, IReadOnlyList<PendingRequest> waiting)
    {
        var (batch, timeout) = Pack(waiting);
        if (batch.Count == 0)
        {
            return [];
        }

        PeerFailure failure;
        using var timeUp = new CancellationTokenSource(timeout, _time);
        try
        {
            var answers = await PostAsync(nodeId, address, batch, timeUp.Token).ConfigureAwait(false);
            var again = new List<PendingRequest>();
            foreach (var (request, answer) in batch.Zip(answers))
            {
                if (answer is null)
                {
                    again.Add(request);
                }
                else
                {
                    request.Complete(answer);
                }
            }

            return again;
        }
        catch (PeerRefusedException refusal)
        {
            failure = refusal.Failure;
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            failure = new PeerFailure(PeerFailureKind.Unreachable, $"{nodeId} could not be reached: {error.Message}");
        }
        catch (OperationCanceledException error) when (error.InnerException is TimeoutException && !timeUp.IsCancellationRequested)
        {
            // The handler's own limit for opening a connection, after which nothing was sent.
            failure = new PeerFailure(PeerFailureKind.Unreachable, $"{nodeId} could not be reached: {error.Message}");
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or InvalidDataException or InvalidProtocolBufferException)
        {
            failure = new PeerFailure(PeerFailureKind.NoAnswer, $"{nodeId} gave no usable answer: {error.Message}");
        }

        foreach (var request in batch)
        {
            request.Complete(failure);
        }

        return [];
    }

    /// <summary>Writes down how long each request may still take, and leaves out those that waited too long.</summary>
    private (List<PendingRequest> Batch, TimeSpan Timeout) Pack(IReadOnlyList<PendingRequest> waiting)
    {
        var batch = new List<PendingRequest>(waiting.Count);
        var longest = TimeSpan.Zero;
        foreach (var request in waiting)
        {
            var left = request.Deadline.Remaining(_time);
            if (left == TimeSpan.Zero)
            {
                request.Complete(new PeerFailure(PeerFailureKind.Overloaded, "The request waited too long to be sent.") { WasNeverSent = true });
                continue;
            }

            request.Message.TimeoutMs = (uint)Math.Ceiling(left.TotalMilliseconds);
            longest = left > longest ? left : longest;
            batch.Add(request);
        }

        return (batch, longest);
    }

    /// <returns>An answer for each request, null for one that is to be asked again.</returns>
    private async Task<IReadOnlyList<PeerAnswer?>> PostAsync(string nodeId, Uri address, List<PendingRequest> batch, CancellationToken timeUp)
    {
        var message = new RequestBatch { Cluster = _clusterIdentity, Sender = _selfId, Recipient = NodeId.IsValid(nodeId) ? nodeId : "" };
        message.Requests.AddRange(batch.Select(request => request.Message));
        var body = message.ToByteArray();

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, PeerProtocol.BatchPath))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(PeerProtocol.ContentType) } },
        };
        request.Headers.Add(PeerProtocol.ChecksumHeader, BodyChecksum.Of(body));
        if (_options.ClusterToken is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        Traffic.Count(batch);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, timeUp).ConfigureAwait(false);
        var answer = await response.Content.ReadAsByteArrayAsync(timeUp).ConfigureAwait(false);
        var checksum = response.Headers.TryGetValues(PeerProtocol.ChecksumHeader, out var values) ? values.FirstOrDefault() : null;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new PeerRefusedException(checksum is null ? StrangersRefusal(nodeId, response.StatusCode, answer) : Refusal(nodeId, response.StatusCode, answer));
        }

        if (!BodyChecksum.Matches(answer, checksum))
        {
            throw new InvalidDataException("The answer was cut or changed on the way.");
        }

        var decoded = Decode(AnswerBatch.Parser.ParseFrom(answer).Answers, batch);
        _refusals.Works(nodeId);
        return decoded;
    }

    private static List<PeerAnswer?> Decode(RepeatedField<Answer> answers, List<PendingRequest> batch)
    {
        if (answers.Count != batch.Count)
        {
            throw new InvalidDataException($"{batch.Count} requests got {answers.Count} answers.");
        }

        var decoded = batch.Zip(answers, DecodeOne).ToList();
        return decoded.Exists(answer => answer is not null) ? decoded : throw new InvalidDataException("The peer answers nothing and wants to be asked again.");

        static PeerAnswer? DecodeOne(PendingRequest request, Answer answer) =>
            answer.KindCase != Answer.KindOneofCase.AskAgain ? PeerCodec.Decode(answer)
            : Repeatable.Is(request.Message) ? null
            : throw new InvalidDataException("The peer wants to be asked again what may be asked only once.");
    }

    /// <summary>What the peer itself refused.</summary>
    private PeerFailure Refusal(string nodeId, HttpStatusCode status, byte[] body)
    {
        var kind = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Conflict => PeerFailureKind.Refused,
            HttpStatusCode.MisdirectedRequest => PeerFailureKind.Unreachable,
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => PeerFailureKind.Overloaded,
            _ => PeerFailureKind.Failed,
        };
        if (kind == PeerFailureKind.Refused)
        {
            _refusals.Refused(nodeId, status, ReasonIn(body));
        }

        return new PeerFailure(kind, $"{nodeId} answered {(int)status}: {ReasonIn(body)}");
    }

    /// <summary>
    /// What a sidecar, a proxy or some other program answered in the peer's place: it says nothing of the peer, least of all that
    /// it lives.
    /// </summary>
    private PeerFailure StrangersRefusal(string nodeId, HttpStatusCode status, byte[] body)
    {
        _refusals.MetStranger(nodeId, status, ReasonIn(body));
        return new PeerFailure(
            status < HttpStatusCode.InternalServerError ? PeerFailureKind.Unreachable : PeerFailureKind.NoAnswer,
            $"In the place of {nodeId} something that is no node answered {(int)status}: {ReasonIn(body)}")
        {
            // Any other status may come from what stands before a node; these say that there is none.
            IsFromNoNode = status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed,
        };
    }

    private static string ReasonIn(byte[] body) => System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, ReasonSizeBytesMax)));

    private sealed class PeerRefusedException(PeerFailure failure) : Exception(failure.Detail)
    {
        public PeerFailure Failure { get; } = failure;
    }
}
