using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>Asks replicas, whether they are this node or a peer, and takes note of how each has answered.</summary>
internal sealed class ReplicaSet(string selfId, LocalReplica local, IReplicaTransport transport, PeerHealth health, TimeProvider time)
{
    internal string SelfId => selfId;

    internal PeerHealth Health => health;

    internal Task<PeerAnswer> ReadAsync(ClusterView view, string nodeId, Key key, Deadline deadline, CancellationToken cancellationToken) =>
        nodeId == SelfId ? local.ReadAsync(key, cancellationToken) : AskAsync(view, nodeId, new ReadReplica(key), deadline, cancellationToken);

    internal Task<PeerAnswer> MergeAsync(
        ClusterView view, string nodeId, Key key, DottedVersionVectorSet versions, Deadline deadline, CancellationToken cancellationToken) =>
        nodeId == SelfId
            ? local.MergeAsync(key, versions, cancellationToken)
            : AskAsync(view, nodeId, new MergeReplica(key, versions), deadline, cancellationToken);

    internal async Task<PeerAnswer> AskAsync(
        ClusterView view, string nodeId, PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var answer = await transport.SendAsync(view.Members[nodeId], request, deadline, cancellationToken);
        health.Observe(nodeId, answer, time.GetElapsedTime(started));
        return answer;
    }

    /// <summary>
    /// The replicas in the order in which to ask them: this node first, as it costs no hop, then the healthy ones in ring
    /// order, then those that failed lately.
    /// </summary>
    internal IReadOnlyList<string> InOrderOfAsking(IEnumerable<string> replicas) =>
        [.. replicas.OrderBy(nodeId => nodeId == SelfId ? 0 : health.IsSuspect(nodeId) ? 2 : 1)];
}
