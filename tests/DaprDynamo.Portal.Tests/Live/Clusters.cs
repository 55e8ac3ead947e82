using System.Collections.Immutable;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;

namespace DaprDynamo.Portal.Tests.Live;

/// <summary>Makes pictures of clusters for tests.</summary>
internal static class Clusters
{
    /// <summary>A cluster at rest: nodes node-1, node-2 and so on, and partitions dealt to them in turn.</summary>
    internal static ClusterSnapshot Of(int nodes, int partitions = 16, int replicas = 3)
    {
        var ids = Enumerable.Range(1, nodes).Select(number => $"node-{number}").ToList();
        var lists = Enumerable.Range(0, partitions)
            .Select(partition => (IReadOnlyList<string>)[.. Enumerable.Range(0, Math.Min(replicas, nodes)).Select(place => ids[(partition + place) % nodes])])
            .ToList();
        return ClusterSnapshot.Empty with
        {
            Ring = new RingResponse
            {
                ClusterName = "test",
                Partitions = partitions,
                Replicas = replicas,
                ReadQuorum = 2,
                WriteQuorum = 2,
                Digest = "digest",
                Epoch = 1,
                IsChanging = false,
                Members =
                [
                    .. ids.Select(id => new RingMemberResponse(
                        id, $"http://{id}/", "default", [.. lists.Index().Where(list => list.Item[0] == id).Select(list => list.Index)],
                        lists.Count(list => list[0] == id), lists.Count(list => list.Contains(id)))),
                ],
                PreferenceLists = lists,
                Balance = new RingBalanceResponse(1, 1),
            },
            Members = new MembersResponse { Members = [.. ids.Select(Member)], ViewDigest = "view", Epoch = 1 },
            Nodes = ids.ToImmutableSortedDictionary(id => id, id => new NodeSnapshot(new NodeAddress(id, new Uri($"http://{id}/")), FeedState.Live, DateTimeOffset.UnixEpoch), StringComparer.Ordinal),
        };
    }

    /// <summary>The cluster with one member's record changed.</summary>
    internal static ClusterSnapshot With(this ClusterSnapshot cluster, string nodeId, Func<MemberResponse, MemberResponse> change) => cluster with
    {
        Members = cluster.Members! with { Members = [.. cluster.Members.Members.Select(member => member.NodeId == nodeId ? change(member) : member)] },
    };

    /// <summary>The cluster with what the portal knows of a node changed.</summary>
    internal static ClusterSnapshot With(this ClusterSnapshot cluster, string nodeId, Func<NodeSnapshot, NodeSnapshot> change) =>
        cluster with { Nodes = cluster.Nodes.SetItem(nodeId, change(cluster.Nodes[nodeId])) };

    private static MemberResponse Member(string id) => new()
    {
        NodeId = id,
        Address = $"http://{id}/",
        Zone = "default",
        State = "Ready",
        Phase = "None",
        IsRemoved = false,
        Incarnation = 1,
        Version = 1,
        Health = "Up",
        IsSelf = false,
    };
}
