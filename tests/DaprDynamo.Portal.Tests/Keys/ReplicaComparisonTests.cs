using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Keys;
using Xunit;

namespace DaprDynamo.Portal.Tests.Keys;

public sealed class ReplicaComparisonTests
{
    [Fact]
    public void A_replica_that_misses_a_write_is_behind_and_the_others_are_up_to_date()
    {
        var compared = Compare(("a", "{a/1/1:3}"), ("b", "{a/1/1:2}"), ("c", "{a/1/1:3}"));
        Assert.Equal([ReplicaStanding.UpToDate, ReplicaStanding.Behind, ReplicaStanding.UpToDate], compared);
    }

    [Fact]
    public void Replicas_that_each_know_what_the_other_does_not_are_apart() =>
        Assert.Equal([ReplicaStanding.Apart, ReplicaStanding.Apart, ReplicaStanding.Behind], Compare(("a", "{a/1/1:2}"), ("b", "{a/1/1:1, b/2/1:1}"), ("c", "{a/1/1:1}")));

    [Fact]
    public void Single_writes_count_like_runs_of_them() =>
        Assert.Equal([ReplicaStanding.UpToDate, ReplicaStanding.UpToDate, ReplicaStanding.Behind], Compare(("a", "{a/1/1:3}"), ("b", "{a/1/1:1}+{a/1/1:2, a/1/1:3}"), ("c", "{a/1/1:1}+{a/1/1:3}")));

    [Fact]
    public void Who_keeps_nothing_or_says_nothing_is_told_apart()
    {
        var told = new Dictionary<string, ReplicaResponse?> { ["a"] = Replica("a", "{a/1/1:1}"), ["b"] = Replica("b", null), ["c"] = null };
        Assert.Equal([ReplicaStanding.UpToDate, ReplicaStanding.Nothing, ReplicaStanding.Silent], ReplicaComparison.Of(["a", "b", "c"], told).Select(replica => replica.Standing));
        told["a"] = Replica("a", null);
        Assert.Equal([ReplicaStanding.Unknown, ReplicaStanding.Unknown, ReplicaStanding.Silent], ReplicaComparison.Of(["a", "b", "c"], told).Select(replica => replica.Standing));
    }

    [Fact]
    public void A_stand_in_shows_when_it_keeps_something()
    {
        var holder = Replica("d", null) with { Hints = new Dictionary<string, ReplicaRecordResponse> { ["b"] = Record("{a/1/1:1}") } };
        var compared = ReplicaComparison.Of(["a"], new Dictionary<string, ReplicaResponse?> { ["a"] = Replica("a", "{a/1/1:1}"), ["d"] = holder, ["e"] = Replica("e", null) });
        Assert.Equal([("a", (int?)0), ("d", null)], compared.Select(replica => (replica.NodeId, replica.Place)));
    }

    private static IEnumerable<ReplicaStanding> Compare(params (string NodeId, string Context)[] replicas) => ReplicaComparison.Of(
        [.. replicas.Select(replica => replica.NodeId)],
        replicas.ToDictionary(replica => replica.NodeId, replica => (ReplicaResponse?)Replica(replica.NodeId, replica.Context))).Select(replica => replica.Standing);

    private static ReplicaResponse Replica(string nodeId, string? context) => new()
    {
        NodeId = nodeId, IsReplica = true, Record = context is null ? null : Record(context), Hints = new Dictionary<string, ReplicaRecordResponse>(),
    };

    private static ReplicaRecordResponse Record(string context) => new([], [], context, "digest", DateTimeOffset.UnixEpoch);
}
