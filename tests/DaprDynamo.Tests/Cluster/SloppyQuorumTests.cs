using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Versioning;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

public class SloppyQuorumTests
{
    private static readonly StorageNodeOptions Sloppy = LinkedCluster.Strict with { SloppyQuorum = true };

    [Fact]
    public async Task A_write_whose_replica_is_down_is_kept_by_the_next_member_and_handed_over_when_it_is_back()
    {
        await using var cluster = await LinkedCluster.StartAsync(options: Sloppy);
        var (absent, standIn) = (cluster.Walk[1], cluster.Walk[3]);
        cluster.Down.Add(absent);

        var written = await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);

        Assert.Equal(OperationStatus.Created, written.Status);
        Assert.Contains(standIn, written.Answered);
        Assert.Equal(1, (await cluster[standIn].CountHintsAsync())[absent]);
        Assert.True((await cluster.StoredAtAsync(standIn)).IsEmpty);

        cluster.Down.Clear();
        await Poll.UntilAsync(async () => (await cluster[standIn].CountHintsAsync()).Count == 0, () => "The hint is not handed over.");
        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.StoredAtAsync(absent)));
        Assert.Equal(1, cluster[standIn].Statistics.HintsDelivered);
    }

    [Fact]
    public async Task With_all_replicas_down_a_key_can_be_written_read_and_deleted()
    {
        await using var cluster = await LinkedCluster.StartAsync(nodes: 6, options: Sloppy);
        var outsider = cluster.Walk[5];
        cluster.Down.UnionWith(cluster.Walk.Take(3));

        Assert.Equal(OperationStatus.Written, (await cluster.PutAsync(outsider, "1", VersionVector.Empty)).Status);
        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.GetAsync(outsider)));
        Assert.Equal(OperationStatus.Deleted, (await cluster.DeleteAsync(outsider)).Status);
        Assert.Equal(OperationStatus.NotFound, (await cluster.GetAsync(outsider)).Status);
    }

    [Fact]
    public async Task A_key_whose_replicas_are_all_down_is_not_called_unknown()
    {
        await using var cluster = await LinkedCluster.StartAsync(nodes: 6, options: Sloppy);
        await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        cluster.Down.UnionWith(cluster.Walk.Take(3));

        Assert.Equal(OperationStatus.QuorumNotReached, (await cluster.GetAsync(cluster.Walk[5])).Status);
    }

    [Fact]
    public async Task Two_replicas_down_leave_a_key_readable()
    {
        await using var cluster = await LinkedCluster.StartAsync(options: Sloppy);
        await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        cluster.Down.UnionWith(cluster.Walk.Take(2));

        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[4])));
    }

    [Fact]
    public async Task A_replica_that_hangs_delays_a_write_by_a_hedge_and_a_suspect_not_at_all()
    {
        await using var cluster = await LinkedCluster.StartAsync(options: Sloppy with { HeartbeatTimeoutMs = 100 });
        var (coordinator, hanging) = (cluster.Walk[0], cluster.Walk[1]);
        cluster.Hanging.Add(hanging);

        Assert.Equal(OperationStatus.Created, (await cluster.CreateAsync(coordinator, "1", quorum: 3)).Status);
        await Poll.UntilAsync(() => cluster[coordinator].IsSuspect(hanging), () => "The replica that hangs is no suspect.");
        var hedges = cluster[coordinator].Statistics.Hedges;
        cluster.Sent.Clear();
        var current = await cluster.GetAsync(coordinator);
        Assert.Equal(OperationStatus.Written, (await cluster.PutAsync(coordinator, "2", current.Seen, quorum: 3)).Status);

        Assert.DoesNotContain(cluster.Sent, sent => sent.Target == hanging && sent.Request is not Ping);
        Assert.Equal(hedges, cluster[coordinator].Statistics.Hedges);
    }

    [Fact]
    public async Task A_forwarded_write_to_a_replica_that_hangs_ends_when_the_replica_is_a_suspect_and_not_at_its_deadline()
    {
        await using var cluster = await LinkedCluster.StartAsync(options: Sloppy with { HeartbeatTimeoutMs = 100 });
        cluster.Hanging.Add(cluster.Walk[0]);

        var write = cluster.PutAsync(cluster.Walk[4], "1", VersionVector.Empty, timeoutMs: 600_000);

        Assert.Equal(OperationStatus.QuorumNotReached, (await write.WaitAsync(TimeSpan.FromSeconds(60))).Status);
    }

    [Fact]
    public async Task A_strict_quorum_asks_nobody_to_stand_in()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        cluster.Down.UnionWith(cluster.Walk.Take(2));

        Assert.Equal(OperationStatus.QuorumNotReached, (await cluster.PutAsync(cluster.Walk[2], "1", VersionVector.Empty)).Status);
        Assert.DoesNotContain(cluster.Sent, sent => sent.Request is StoreHint);
    }

    [Fact]
    public async Task No_more_hints_are_taken_than_allowed()
    {
        await using var cluster = await LinkedCluster.StartAsync(options: Sloppy with { HintsMax = 0 });
        cluster.Down.Add(cluster.Walk[1]);

        var refused = await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);

        Assert.Equal(OperationStatus.QuorumNotReached, refused.Status);
        Assert.Empty(await cluster[cluster.Walk[3]].CountHintsAsync());
    }
}
