using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Versioning;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

public class SiblingTests
{
    [Fact]
    public async Task Two_puts_with_one_clock_at_different_coordinators_make_two_siblings_and_a_third_resolves_them()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var first = await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        await cluster.PutAsync(cluster.Walk[0], "2", first.Versions.Context);
        await cluster.PutAsync(cluster.Walk[1], "3", first.Versions.Context);

        var both = await cluster.GetAsync(cluster.Walk[4], quorum: 3);
        Assert.Equal(["2", "3"], LinkedCluster.ValuesOf(both));
        Assert.Equal(1, cluster[cluster.Walk[4]].Statistics.ReadsWithSiblings);

        await cluster.PutAsync(cluster.Walk[2], "4", both.Versions.Context);
        Assert.Equal(["4"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[3], quorum: 3)));
        Assert.Equal(0, cluster[cluster.Walk[3]].Statistics.ReadsWithSiblings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task The_clock_of_a_write_covers_the_write_and_not_what_others_wrote_meanwhile(int coordinator)
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var first = await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        await cluster.PutAsync(cluster.Walk[coordinator], "others", first.Seen, quorum: 3);
        var mine = await cluster.PutAsync(cluster.Walk[coordinator], "mine", first.Seen, quorum: 3);

        await cluster.PutAsync(cluster.Walk[1], "mine again", mine.Seen, quorum: 3);

        Assert.Equal(["mine again", "others"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[3], quorum: 3)));
    }

    [Fact]
    public async Task Of_two_creates_the_second_is_told_what_the_first_wrote()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        await cluster.CreateAsync(cluster.Walk[0], "1");

        var second = await cluster.CreateAsync(cluster.Walk[4], "2");

        Assert.Equal(OperationStatus.AlreadyExists, second.Status);
        Assert.Equal(["1"], LinkedCluster.ValuesOf(second));
    }

    [Fact]
    public async Task Many_creates_at_one_coordinator_at_once_write_one_value()
    {
        await using var cluster = await LinkedCluster.StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => cluster.CreateAsync(cluster.Walk[0], $"{number}")));

        Assert.Single(results, result => result.Status == OperationStatus.Created);
        Assert.All(results.Where(result => result.Status != OperationStatus.Created), result => Assert.Equal(OperationStatus.AlreadyExists, result.Status));
        Assert.Single((await cluster.GetAsync(cluster.Walk[4], quorum: 3)).Versions.Siblings);
    }

    [Fact]
    public async Task A_deleted_key_can_be_created_again()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        await cluster.CreateAsync(cluster.Walk[0], "1");
        await cluster.DeleteAsync(cluster.Walk[1]);

        Assert.Equal(OperationStatus.Created, (await cluster.CreateAsync(cluster.Walk[2], "2")).Status);
        Assert.Equal(["2"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[4], quorum: 3)));
    }

    [Fact]
    public async Task A_delete_with_a_clock_leaves_the_sibling_that_the_clock_has_not_seen()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var first = await cluster.CreateAsync(cluster.Walk[0], "1", quorum: 3);
        await cluster.PutAsync(cluster.Walk[1], "2", VersionVector.Empty);

        Assert.Equal(OperationStatus.Deleted, (await cluster.DeleteAsync(cluster.Walk[4], first.Versions.Context)).Status);
        Assert.Equal(["2"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[4], quorum: 3)));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_stopped_before_the_key_holds_too_much_and_can_still_resolve()
    {
        await using var cluster = await LinkedCluster.StartAsync(options: LinkedCluster.Strict with { Limits = new RecordLimits(SiblingsMax: 3, ValuesSizeBytesMax: 1000) });
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(OperationStatus.Written, (await cluster.PutAsync(cluster.Walk[0], $"{number}", VersionVector.Empty)).Status);
        }

        Assert.Equal(OperationStatus.TooManySiblings, (await cluster.PutAsync(cluster.Walk[0], "3", VersionVector.Empty)).Status);
        var read = await cluster.GetAsync(cluster.Walk[0]);
        Assert.Equal(OperationStatus.Written, (await cluster.PutAsync(cluster.Walk[0], "4", read.Versions.Context)).Status);
    }

    [Fact]
    public async Task A_coordinator_that_lost_its_disk_never_hides_a_write_it_forgot()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var coordinator = cluster.Walk[0];
        await cluster.PutAsync(coordinator, "1", VersionVector.Empty, quorum: 3);
        await cluster.StartNodeAsync(coordinator);

        await cluster.PutAsync(coordinator, "2", VersionVector.Empty, quorum: 3);

        Assert.Equal(["1", "2"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[4], quorum: 3)));
    }

    [Fact]
    public async Task A_coordinator_that_let_go_of_the_record_never_hides_a_write_it_forgot()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var coordinator = cluster.Walk[0];
        await cluster.PutAsync(coordinator, "1", VersionVector.Empty, quorum: 3);
        await cluster.Stores[coordinator].ChangeAsync(LinkedCluster.SomeKey, _ => null, CancellationToken.None);

        await cluster.PutAsync(coordinator, "2", VersionVector.Empty, quorum: 3);

        Assert.Equal(["1", "2"], LinkedCluster.ValuesOf(await cluster.GetAsync(cluster.Walk[4], quorum: 3)));
    }

    [Fact]
    public async Task One_actor_serves_a_key_for_as_long_as_its_coordinator_keeps_the_record()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        var context = VersionVector.Empty;
        for (var number = 0; number < 10; number++)
        {
            context = (await cluster.PutAsync(cluster.Walk[0], $"{number}", context)).Versions.Context;
        }

        Assert.Equal(10ul, Assert.Single(context.Entries).Counter);
    }
}
