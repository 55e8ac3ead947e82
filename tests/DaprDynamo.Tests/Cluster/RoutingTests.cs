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
            await cluster.ForwardedAsync(cluster.Walk[4], new GetKey(LinkedCluster.SomeKey, null), number: 1),
            Deadline.After(TimeSpan.FromSeconds(1), TimeProvider.System),
            CancellationToken.None);

        Assert.Equal(PeerFailureKind.Refused, Assert.IsType<PeerFailure>(answer).Kind);
        Assert.DoesNotContain(cluster.Sent, sent => sent.Request is CoordinateOperation or ReadReplica);
    }

    [Fact]
    public async Task A_forwarded_write_that_arrives_twice_is_carried_out_once()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var replica = cluster.Walk[0];
        var put = new PutKey(LinkedCluster.SomeKey, null, "1"u8.ToArray(), VersionVector.Empty);
        var forwarded = await cluster.ForwardedAsync(replica, put, number: 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => cluster[replica].HandleAsync(
            forwarded, Deadline.After(TimeSpan.FromSeconds(5), TimeProvider.System), CancellationToken.None)));

        Assert.All(answers, answer => Assert.Equal(OperationStatus.Written, Assert.IsType<OperationCoordinated>(answer).Result.Status));
        Assert.Single(answers.Select(answer => ((OperationCoordinated)answer).Result.Seen).Distinct());
        Assert.Equal(["1"], LinkedCluster.ValuesOf(await cluster.StoredAtAsync(replica)));
    }

    [Fact]
    public async Task A_forwarded_write_of_another_session_of_the_node_is_refused()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var put = new PutKey(LinkedCluster.SomeKey, null, "1"u8.ToArray(), VersionVector.Empty);

        var answer = await cluster[cluster.Walk[0]].HandleAsync(
            new CoordinateOperation(put, new OperationId(1, 1), new ClockEcho(0, 1)), Deadline.After(TimeSpan.FromSeconds(5), TimeProvider.System), CancellationToken.None);

        var failure = Assert.IsType<PeerFailure>(answer);
        Assert.Equal(PeerFailureKind.Stale, failure.Kind);
        // A first copy may have been carried out before the node started anew: another replica must not do it again.
        Assert.False(failure.CertainlyNotApplied);
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
