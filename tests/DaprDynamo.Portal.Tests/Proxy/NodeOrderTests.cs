using System.Security.Cryptography;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Ring;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Portal.Proxy;
using Xunit;

namespace DaprDynamo.Portal.Tests.Proxy;

public sealed class NodeOrderTests
{
    private const int Partitions = 4;

    private static readonly Key Cart = Key.FromText("cart");

    [Fact]
    public void The_members_that_keep_the_key_come_first_in_their_order() =>
        Assert.Equal(["n4", "n2", "n3", "n1", "n5"], Order(Snapshot(["n4", "n2", "n3"]), Cart));

    [Fact]
    public void A_silent_member_comes_last_and_is_not_left_out() =>
        Assert.Equal(["n2", "n3", "n1", "n5", "n4"], Order(Turned(Snapshot(["n4", "n2", "n3"]), "n4", FeedState.Lost), Cart));

    [Fact]
    public void A_member_that_was_not_heard_yet_comes_after_those_that_were() =>
        Assert.Equal(["n4", "n2", "n1", "n5", "n3"], Order(Turned(Snapshot(["n4", "n2", "n3"]), "n3", FeedState.Connecting), Cart));

    [Fact]
    public void Without_a_key_any_node_will_do() => Assert.Equal(["n1", "n2", "n3", "n4", "n5"], Order(Snapshot(["n4", "n2", "n3"]), key: null));

    [Fact]
    public void As_long_as_nothing_is_known_the_nodes_of_the_settings_are_asked() =>
        Assert.Equal(["http://10.0.0.1:5081/"], NodeOrder.Of(ClusterSnapshot.Empty, Cart, ["node-1=http://10.0.0.1:5081"]).Select(node => node.Uri.ToString()));

    private static IEnumerable<string> Order(ClusterSnapshot cluster, Key? key) => NodeOrder.Of(cluster, key, []).Select(node => node.Name);

    private static ClusterSnapshot Snapshot(string[] replicas)
    {
        // The partition is the top two bits of the hash.
        var partition = MD5.HashData("cart"u8)[0] >> 6;
        var cluster = ClusterSnapshot.Empty with
        {
            Ring = new RingResponse
            {
                ClusterName = "test",
                Partitions = Partitions,
                Replicas = 3,
                ReadQuorum = 2,
                WriteQuorum = 2,
                Digest = "",
                Epoch = 1,
                IsChanging = false,
                Members = [],
                PreferenceLists = [.. Enumerable.Range(0, Partitions).Select(number => number == partition ? replicas : ["n1"])],
                Balance = new(1, 1),
            },
        };
        return Enumerable.Range(1, 5).Aggregate(cluster, (known, number) => Turned(known, $"n{number}", FeedState.Live));
    }

    private static ClusterSnapshot Turned(ClusterSnapshot cluster, string nodeId, FeedState feed) => cluster with
    {
        Nodes = cluster.Nodes.SetItem(nodeId, new NodeSnapshot(new NodeAddress(nodeId, new Uri($"http://{nodeId}")), feed, DateTimeOffset.UnixEpoch)),
    };
}
