using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>Asks replicas, whether they are this node or a peer, and takes note of how each has answered.</summary>
internal sealed class ReplicaSet(
    string selfId,
    LocalReplica local,
    IReplicaTransport transport,
    FailureDetector detector,
    PeerClocks clocks,
    PeerStatuses statuses,
    Signal staleViewMet,
    NodeClock clock,
    TimeProvider time,
    StorageNodeOptions options)
{
    private readonly TimeSpan _heartbeatTimeout = TimeSpan.FromMilliseconds(options.HeartbeatTimeoutMs);

    // Half of what the receiver allows, so that the other half is left for the way.
    private readonly TimeSpan _clockAgeMax = TimeSpan.FromMilliseconds(options.MessageLifetimeMs / 2.0);

    private long _forwarded;

    internal string SelfId => selfId;

    internal FailureDetector Detector => detector;

    internal Task<PeerAnswer> ReadAsync(ClusterView view, string nodeId, Key key, Deadline deadline, CancellationToken cancellationToken, bool isHedge = false) =>
        OperationTrace.CallAsync(nodeId, CallKind.Read, servesId: null, isHedge, () => nodeId == SelfId
            ? local.ReadAsync(view, key, cancellationToken)
            : AskAsync(view, nodeId, new ReadReplica(key), deadline, cancellationToken));

    /// <summary>Sends a record to a replica.</summary>
    /// <param name="view">The cluster.</param>
    /// <param name="nodeId">The replica.</param>
    /// <param name="key">The key.</param>
    /// <param name="versions">The record.</param>
    /// <param name="cause">Why.</param>
    /// <param name="knownSince">A moment before the record was read from anywhere, a timestamp: see <see cref="ClockEcho"/>.</param>
    /// <param name="deadline">By when it must be there.</param>
    internal Task<PeerAnswer> MergeAsync(
        ClusterView view, string nodeId, Key key, DottedVersionVectorSet versions, MergeCause cause, long knownSince, Deadline deadline) =>
        OperationTrace.CallAsync(nodeId, cause == MergeCause.Write ? CallKind.Write : CallKind.Repair, servesId: null, isHedge: false, () => nodeId == SelfId
            ? local.MergeAsync(key, versions, clock.At(knownSince))
            : SendAsync(view, nodeId, echo => new MergeReplica(key, versions, cause, echo), knownSince, deadline, CancellationToken.None));

    /// <summary>Sends a record to a member that stands in for one of its replicas. Parameters as for <see cref="MergeAsync"/>.</summary>
    internal Task<PeerAnswer> StoreHintAsync(
        ClusterView view, string standInId, string ownerId, Key key, DottedVersionVectorSet versions, long knownSince, Deadline deadline, bool isHedge) =>
        OperationTrace.CallAsync(standInId, CallKind.Hint, ownerId, isHedge, () => standInId == SelfId
            ? local.StoreHintAsync(ownerId, key, versions, clock.At(knownSince))
            : SendAsync(view, standInId, echo => new StoreHint(ownerId, key, versions, echo), knownSince, deadline, CancellationToken.None));

    /// <summary>Passes a client's operation on.</summary>
    internal Task<PeerAnswer> CoordinateAsync(ClusterView view, string nodeId, KeyOperation operation, Deadline deadline, CancellationToken cancellationToken)
    {
        var id = new OperationId(clock.Session, Interlocked.Increment(ref _forwarded));
        return OperationTrace.CallAsync(nodeId, CallKind.Coordinate, servesId: null, isHedge: false, () =>
            SendAsync(view, nodeId, echo => new CoordinateOperation(operation, id, echo), time.GetTimestamp(), deadline, cancellationToken));
    }

    internal Task<PeerAnswer> PingAsync(ClusterView view, string nodeId, CancellationToken cancellationToken) =>
        AskAsync(view, nodeId, Ping.Instance, Deadline.After(_heartbeatTimeout, time), cancellationToken);

    internal async Task<PeerAnswer> AskAsync(
        ClusterView view, string nodeId, PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var answer = await transport.SendAsync(view.Members[nodeId], request with { SenderId = SelfId, Epoch = view.Epoch }, deadline, cancellationToken);
        detector.Observe(nodeId, answer, started);
        if (answer is Pong pong)
        {
            clocks.Heard(nodeId, pong.Clock);
            statuses.Heard(nodeId, pong.Status);
        }
        else if (answer is PeerFailure { Kind: PeerFailureKind.StaleView })
        {
            // The peer knows of a change that this node has not heard of: time to ask, before clients meet with it again.
            staleViewMet.Raise();
        }

        return answer;
    }

    /// <summary>
    /// The replicas in the order in which to ask them: this node first, as it costs no hop, then the healthy ones in ring
    /// order, then the suspects.
    /// </summary>
    internal IReadOnlyList<string> InOrderOfAsking(IEnumerable<string> replicas) =>
        [.. replicas.OrderBy(nodeId => nodeId == SelfId ? 0 : detector.IsSuspect(nodeId) ? 2 : 1)];

    /// <summary>Sends a message that is good for a limited time: the peer's clock must be known for it.</summary>
    private async Task<PeerAnswer> SendAsync(
        ClusterView view, string nodeId, Func<ClockEcho, PeerRequest> message, long knownSince, Deadline deadline, CancellationToken cancellationToken)
    {
        if (clocks.EchoAt(nodeId, knownSince, _clockAgeMax) is null)
        {
            // Heartbeats see to it that this is rare: the first message after a start.
            var answer = await PingAsync(view, nodeId, cancellationToken);
            if (answer is PeerFailure { Kind: PeerFailureKind.NoAnswer } silence)
            {
                // The ping got no answer; the message itself never left.
                return silence with { Kind = PeerFailureKind.Unreachable };
            }

            if (answer is PeerFailure)
            {
                return answer;
            }
        }

        return clocks.EchoAt(nodeId, knownSince, _clockAgeMax) is { } echo
            ? await AskAsync(view, nodeId, message(echo), deadline, cancellationToken)
            : new PeerFailure(PeerFailureKind.Unreachable, $"The clock of {nodeId} is not known.");
    }
}
