using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Quorum;

namespace DaprDynamo.Cluster.Replication;

/// <summary>What one replica said.</summary>
internal readonly record struct Reply(string NodeId, PeerAnswer Answer);

/// <summary>Tells the pure decisions what the replies mean to them.</summary>
internal static class ReplyProgress
{
    internal static ReadProgress With(this ReadProgress progress, Reply reply) =>
        reply.Answer is ReplicaRead read ? progress.WithAnswer(reply.NodeId, read.Versions) : progress.WithFailure(reply.NodeId);

    internal static WriteProgress With(this WriteProgress progress, Reply reply) =>
        reply.Answer is ReplicaMerged ? progress.WithAcknowledgement(reply.NodeId) : progress.WithFailure(reply.NodeId);
}
