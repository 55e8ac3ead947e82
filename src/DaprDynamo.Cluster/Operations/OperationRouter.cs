using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Operations;

/// <summary>
/// Decides where a client's operation is coordinated: reads here; writes on a replica of the key, one hop away at most
/// (Dynamo, section 4.5), and here too when no replica can be reached.
/// </summary>
internal sealed class OperationRouter(
    IMembership membership, ViewsInUse views, Gossip gossip, KeyOperations operations, ReplicaSet replicas, NodeStatistics statistics, IOperationObserver? observer,
    TimeProvider time, bool sloppy)
{
    private static readonly TimeSpan LookAtSuspicionEvery = TimeSpan.FromMilliseconds(200);

    internal Task<OperationResult> ExecuteAsync(KeyOperation operation, Deadline deadline, CancellationToken cancellationToken) =>
        OperationTrace.RecordAsync(observer, operation, isForwarded: false, time, () => RouteAsync(operation, deadline, cancellationToken));

    private async Task<OperationResult> RouteAsync(KeyOperation operation, Deadline deadline, CancellationToken cancellationToken)
    {
        using var use = views.Enter();
        var view = use.View;
        // The view knows first that this node has left, and nothing may be written here any more.
        if (!gossip.IsInTouch || view.Placement.Members.IsEmpty || StateIn(view) == MemberState.Left)
        {
            return new OperationResult(OperationStatus.NotServing, membership.SelfId);
        }

        return operation is GetKey || view.PreferenceListOf(operation.Key).Primaries.Contains(membership.SelfId)
            ? await operations.ExecuteAsync(view, operation, deadline, cancellationToken)
            : await ForwardAsync(view, operation, deadline, cancellationToken);
    }

    /// <summary>Coordinates an operation that another node passed on. It is never passed on again: views that differ could send it in circles.</summary>
    internal async Task<PeerAnswer> ExecuteForwardedAsync(KeyOperation operation, Deadline deadline, CancellationToken cancellationToken)
    {
        using var use = views.Enter();
        var view = use.View;
        return gossip.IsInTouch && view.IsReplica(membership.SelfId, operation.Key)
            ? new OperationCoordinated(await OperationTrace.RecordAsync(
                observer, operation, isForwarded: true, time, () => operations.ExecuteAsync(view, operation, deadline, cancellationToken)))
            : new PeerFailure(PeerFailureKind.Refused, $"{membership.SelfId} keeps no replica of the key.");
    }

    private async Task<OperationResult> ForwardAsync(ClusterView view, KeyOperation operation, Deadline deadline, CancellationToken cancellationToken)
    {
        var primaries = view.PreferenceListOf(operation.Key).Primaries;
        var overloaded = false;
        foreach (var nodeId in replicas.InOrderOfAsking(primaries).Where(nodeId => !sloppy || !replicas.Detector.IsSuspect(nodeId)))
        {
            statistics.CountForward();
            var answer = await AskWhileTrustedAsync(view, nodeId, operation, deadline, cancellationToken);
            if (answer is OperationCoordinated coordinated)
            {
                return coordinated.Result;
            }

            overloaded |= answer is PeerFailure { Kind: PeerFailureKind.Overloaded };
            if (answer is not PeerFailure { CertainlyNotApplied: true })
            {
                // It may have been done, and done twice it would stand beside itself as two values.
                return NotReached(view, operation, OperationStatus.QuorumNotReached);
            }
        }

        // A member that leaves hands its hints over, and makes none.
        if (overloaded || !sloppy || StateIn(view) == MemberState.Leaving)
        {
            return NotReached(view, operation, overloaded ? OperationStatus.Overloaded : OperationStatus.QuorumNotReached);
        }

        statistics.CountStandInCoordination();
        return await operations.ExecuteAsync(view, operation, deadline, cancellationToken);
    }

    /// <summary>
    /// Waits for a replica's answer for as long as the replica is not a suspect. It cannot be hedged like a read: two
    /// coordinators would make two values of one write. So a client of a replica that hangs hears of it when the detector does.
    /// </summary>
    private async Task<PeerAnswer> AskWhileTrustedAsync(
        ClusterView view, string nodeId, KeyOperation operation, Deadline deadline, CancellationToken cancellationToken)
    {
        var asking = replicas.CoordinateAsync(view, nodeId, operation, deadline, cancellationToken);
        while (!asking.IsCompleted)
        {
            await Task.WhenAny(asking, Task.Delay(LookAtSuspicionEvery, time, CancellationToken.None));
            if (!asking.IsCompleted && replicas.Detector.IsSuspect(nodeId))
            {
                return new PeerFailure(PeerFailureKind.NoAnswer, $"{nodeId} does not answer.");
            }
        }

        return await asking;
    }

    private MemberState? StateIn(ClusterView view) => view.Members.GetValueOrDefault(membership.SelfId)?.State;

    private OperationResult NotReached(ClusterView view, KeyOperation operation, OperationStatus status) => new(status, membership.SelfId)
    {
        Needed = view.Settings.Quorum.Needed(operation.Quorum, view.Settings.Quorum.WriteQuorum),
        Replicas = view.PreferenceListOf(operation.Key).Primaries.Length,
    };
}
