using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Versioning;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

public class QuorumTests
{
    [Fact]
    public async Task A_write_reaches_all_replicas_and_a_read_of_any_node_finds_it()
    {
        await using var cluster = await LinkedCluster.StartAsync();

        var written = await cluster.CreateAsync(cluster.Walk[0], "1");
        await cluster[cluster.Walk[0]].WhenIdleAsync();

        Assert.Equal(OperationStatus.Created, written.Status);
        foreach (var nodeId in cluster.Walk)
        {
            Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.GetAsync(nodeId)));
        }

        foreach (var replica in cluster.Walk.Take(3))
        {
            Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.StoredAtAsync(replica)));
        }
    }

    [Fact]
    public async Task With_one_of_three_replicas_down_reads_and_writes_go_on()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        cluster.Down.Add(cluster.Walk[0]);

        foreach (var nodeId in cluster.Walk.Skip(1))
        {
            var current = await cluster.GetAsync(nodeId);
            Assert.Equal(OperationStatus.Written, (await cluster.PutAsync(nodeId, nodeId, current.Versions.Context)).Status);
            Assert.Equal([nodeId], LinkedCluster.ValuesOf(await cluster.GetAsync(nodeId)));
        }
    }

    [Fact]
    public async Task With_two_of_three_replicas_down_a_quorum_of_one_is_served_and_of_two_is_refused_with_the_counts()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var outsider = cluster.Walk[4];
        cluster.Down.UnionWith(cluster.Walk.Take(2));

        Assert.Equal(OperationStatus.Created, (await cluster.CreateAsync(outsider, "1", quorum: 1)).Status);
        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.GetAsync(outsider, quorum: 1)));
        foreach (var refused in (OperationResult[])[await cluster.GetAsync(outsider, quorum: 2), await cluster.PutAsync(outsider, "2", VersionVector.Empty, quorum: 2)])
        {
            Assert.Equal((OperationStatus.QuorumNotReached, 1, 2, 3), (refused.Status, refused.Answered.Length, refused.Needed, refused.Replicas));
        }
    }

    [Fact]
    public async Task A_quorum_above_the_number_of_replicas_asks_for_all_of_them()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 99);

        Assert.Equal(3, (await cluster.GetAsync(cluster.Walk[4], quorum: int.MaxValue)).Answered.Length);
    }

    [Fact]
    public async Task A_read_asks_no_more_replicas_than_it_needs()
    {
        await using var cluster = await LinkedCluster.StartAsync();

        await cluster.GetAsync(cluster.Walk[4], quorum: 2);

        Assert.Equal(2, cluster.Sent.Count(sent => sent.Request is ReadReplica));
    }

    [Fact]
    public async Task A_read_whose_replica_hangs_asks_another_one()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        cluster.Hanging.Add(cluster.Walk[0]);

        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[4])));
        Assert.Equal(1, cluster[cluster.Walk[4]].Statistics.Hedges);
    }

    [Fact]
    public async Task A_write_that_replicas_never_answer_ends_at_its_deadline()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        cluster.Hanging.UnionWith(cluster.Walk.Skip(1).Take(2));

        var write = await cluster.PutAsync(cluster.Walk[0], "1", VersionVector.Empty, timeoutMs: 100);
        var read = await cluster.GetAsync(cluster.Walk[0], timeoutMs: 100);

        Assert.Equal((OperationStatus.QuorumNotReached, 1), (write.Status, write.Answered.Length));
        Assert.Equal((OperationStatus.QuorumNotReached, 1), (read.Status, read.Answered.Length));
    }

    [Fact]
    public async Task A_read_repairs_the_replica_that_missed_a_write()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var (reader, missed) = (cluster.Walk[4], cluster.Walk[2]);
        cluster.Down.Add(missed);
        await cluster.CreateAsync(cluster.Walk[0], "1");
        await cluster[cluster.Walk[0]].WhenIdleAsync();
        cluster.Down.Clear();

        await cluster.GetAsync(reader, quorum: 3);
        await cluster[reader].WhenIdleAsync();

        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.StoredAtAsync(missed)));
        Assert.Equal(1, cluster[reader].Statistics.ReadRepairs);
        await cluster.GetAsync(reader, quorum: 3);
        await cluster[reader].WhenIdleAsync();
        Assert.Equal(1, cluster[reader].Statistics.ReadRepairs);
    }

    [Fact]
    public async Task A_deleted_key_stays_deleted_when_a_replica_that_missed_the_delete_comes_back()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        cluster.Down.Add(cluster.Walk[2]);
        Assert.Equal(OperationStatus.Deleted, (await cluster.DeleteAsync(cluster.Walk[0])).Status);
        await cluster[cluster.Walk[0]].WhenIdleAsync();
        cluster.Down.Clear();

        foreach (var nodeId in cluster.Walk)
        {
            Assert.Equal(OperationStatus.NotFound, (await cluster.GetAsync(nodeId, quorum: 3)).Status);
            await cluster[nodeId].WhenIdleAsync();
        }

        Assert.True((await cluster.StoredAtAsync(cluster.Walk[2])).IsTombstone);
    }
}
