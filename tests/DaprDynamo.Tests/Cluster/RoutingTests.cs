using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Versioning;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

public class RoutingTests
{
    [Fact]
    public async Task A_write_at_a_node_without_a_replica_is_coordinated_by_one_with_one()
    {
        await using var cluster = await LinkedCluster.StartAsync();

        var written = await cluster.CreateAsync(cluster.Walk[4], "1");

        Assert.Contains(written.Coordinator, cluster.Walk.Take(3));
        Assert.Equal(1, cluster[cluster.Walk[4]].Statistics.Forwards);
    }

    [Fact]
    public async Task A_write_is_passed_to_the_next_replica_when_one_cannot_be_reached()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        cluster.Down.Add(cluster.Walk[0]);

        Assert.Equal(OperationStatus.Created, (await cluster.CreateAsync(cluster.Walk[4], "1")).Status);
    }

    [Fact]
    public async Task A_write_that_may_have_been_applied_is_not_passed_to_another_replica()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        cluster.Hanging.Add(cluster.Walk[0]);

        var written = await cluster.PutAsync(cluster.Walk[4], "1", VersionVector.Empty, timeoutMs: 100);

        Assert.Equal(OperationStatus.QuorumNotReached, written.Status);
        Assert.Single(cluster.Sent, sent => sent.Request is CoordinateOperation);
    }

    [Fact]
    public async Task A_forwarded_operation_is_never_forwarded_again()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var outsider = cluster[cluster.Walk[4]];

        var answer = await outsider.HandleAsync(
            new CoordinateOperation(new GetKey(LinkedCluster.SomeKey, null)),
            Deadline.After(TimeSpan.FromSeconds(1), TimeProvider.System),
            CancellationToken.None);

        Assert.Equal(PeerFailureKind.Refused, Assert.IsType<PeerFailure>(answer).Kind);
        Assert.DoesNotContain(cluster.Sent, sent => sent.Request is CoordinateOperation or ReadReplica);
    }

    [Fact]
    public async Task A_node_that_just_failed_is_asked_last()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var reader = cluster.Walk[4];
        cluster.Down.Add(cluster.Walk[0]);
        await cluster.GetAsync(reader);
        cluster.Sent.Clear();

        await cluster.GetAsync(reader);

        Assert.True(cluster[reader].IsSuspect(cluster.Walk[0]));
        Assert.DoesNotContain(cluster.Sent, sent => sent.Target == cluster.Walk[0]);
    }
}
