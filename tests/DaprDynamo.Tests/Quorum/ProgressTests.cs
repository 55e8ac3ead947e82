using System.Collections.Immutable;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Quorum;

public class ProgressTests
{
    private static readonly ImmutableArray<ImmutableArray<string>> ThreeReplicas = [["a", "b", "c"]];
    private static readonly DottedVersionVectorSet Old = DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("a", 1, 1), "1"u8.ToArray());
    private static readonly DottedVersionVectorSet New = Old.Write(Old.Context, new Actor("b", 1, 1), "2"u8.ToArray());

    [Fact]
    public void A_write_is_reached_exactly_when_enough_acknowledged_and_out_of_reach_when_too_many_failed() =>
        Prop.ForAll(Answers(), answers =>
        {
            var (replicas, needed, outcomes) = answers;
            var progress = WriteProgress.Start([[.. Enumerable.Range(0, replicas).Select(number => $"node-{number}")]], needed);
            for (var i = 0; i < outcomes.Count; i++)
            {
                progress = outcomes[i] ? progress.WithAcknowledgement($"node-{i}", $"node-{i}") : progress.WithGivenUp($"node-{i}");
            }

            return progress.Verdict == Expected(replicas, needed, outcomes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_read_is_reached_exactly_when_enough_answered_and_out_of_reach_when_too_many_failed() =>
        Prop.ForAll(Answers(), answers =>
        {
            var (replicas, needed, outcomes) = answers;
            var progress = ReadProgress.Start(replicas, needed);
            for (var i = 0; i < outcomes.Count; i++)
            {
                progress = outcomes[i] ? progress.WithAnswer(Replica($"node-{i}", Old)) : progress.WithFailure($"node-{i}");
            }

            return progress.Verdict == Expected(replicas, needed, outcomes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_replica_never_counts_twice()
    {
        var write = WriteProgress.Start(ThreeReplicas, 2).WithAcknowledgement("a", "a").WithAcknowledgement("a", "stand-in").WithGivenUp("a");
        var read = ReadProgress.Start(3, 2).WithAnswer(Replica("a", Old)).WithAnswer(Replica("a", New)).WithFailure("a");

        Assert.Equal(QuorumVerdict.Waiting, write.Verdict);
        Assert.Empty(write.GivenUp);
        Assert.Equal(QuorumVerdict.Waiting, read.Verdict);
        Assert.Empty(read.Failed);
    }

    [Fact]
    public void A_read_answers_with_all_versions_merged_and_repairs_who_lacks_some()
    {
        var read = ReadProgress.Start(3, 3).WithAnswer(Replica("a", Old)).WithAnswer(Replica("b", New)).WithAnswer(Replica("c", DottedVersionVectorSet.Empty));

        Assert.Equal(New, read.Merged);
        Assert.Equal(["a", "c"], read.Stale);
    }

    [Fact]
    public void Replicas_that_agree_need_no_repair() =>
        Assert.Empty(ReadProgress.Start(2, 2).WithAnswer(Replica("a", New)).WithAnswer(Replica("b", New)).Stale);

    [Fact]
    public void A_stand_in_serves_the_replica_it_stands_for()
    {
        var write = WriteProgress.Start(ThreeReplicas, 2).WithGivenUp("a").WithGivenUp("b").WithAcknowledgement("a", "d").WithAcknowledgement("c", "c");

        Assert.Equal(QuorumVerdict.Reached, write.Verdict);
        Assert.Equal((string[])["d", "c"], write.Acknowledged);
    }

    [Fact]
    public void A_write_of_a_key_that_moves_needs_its_quorum_among_the_old_owners_and_among_the_new_ones()
    {
        var write = WriteProgress.Start([["a", "b", "c"], ["a", "b", "d"]], 2);

        Assert.Equal(["a", "b", "c", "d"], write.ReplicaIds);
        Assert.Equal(QuorumVerdict.Reached, write.WithAcknowledgement("a", "a").WithAcknowledgement("b", "b").Verdict);
        Assert.Equal(QuorumVerdict.Waiting, write.WithAcknowledgement("a", "a").WithAcknowledgement("c", "c").Verdict);
        Assert.Equal(QuorumVerdict.Waiting, write.WithAcknowledgement("c", "c").WithAcknowledgement("d", "d").Verdict);
        Assert.Equal(QuorumVerdict.Reached, write.WithAcknowledgement("a", "a").WithAcknowledgement("c", "c").WithAcknowledgement("d", "d").Verdict);
        Assert.Equal(QuorumVerdict.OutOfReach, write.WithGivenUp("d").WithGivenUp("a").Verdict);
    }

    [Fact]
    public void Stand_ins_that_hold_nothing_do_not_make_a_key_unknown()
    {
        var read = ReadProgress.Start(3, 2).WithStandIn().WithStandIn()
            .WithFailure("a").WithFailure("b").WithAnswer(StandIn("d", DottedVersionVectorSet.Empty)).WithAnswer(StandIn("e", DottedVersionVectorSet.Empty));

        Assert.Equal(QuorumVerdict.Waiting, read.Verdict);
        Assert.Equal(QuorumVerdict.Reached, read.WithAnswer(Replica("c", Old)).Verdict);
        Assert.Equal(QuorumVerdict.OutOfReach, read.WithFailure("c").Verdict);
    }

    [Fact]
    public void A_stand_in_that_holds_a_record_counts_and_is_not_repaired()
    {
        var read = ReadProgress.Start(3, 2).WithStandIn().WithAnswer(StandIn("d", Old)).WithAnswer(Replica("c", New));

        Assert.Equal((QuorumVerdict.Reached, New), (read.Verdict, read.Merged));
        Assert.Empty(read.Stale);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(17, 1, 1)]
    [InlineData(3, 0, 1)]
    [InlineData(3, 4, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(3, 1, 4)]
    public void Settings_out_of_range_are_refused(int replicas, int readQuorum, int writeQuorum) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuorumSettings(replicas, readQuorum, writeQuorum));

    [Fact]
    public void A_request_may_ask_for_its_own_quorum_and_more_than_all_is_all()
    {
        var settings = new QuorumSettings(3, 2, 2);

        Assert.Equal(2, settings.Needed(null, settings.ReadQuorum));
        Assert.Equal(1, settings.Needed(1, settings.ReadQuorum));
        Assert.Equal(3, settings.Needed(99, settings.ReadQuorum));
    }

    private static MemberVersions Replica(string nodeId, DottedVersionVectorSet versions) => new(nodeId, versions, IsReplica: true);

    private static MemberVersions StandIn(string nodeId, DottedVersionVectorSet versions) => new(nodeId, versions, IsReplica: false);

    private static QuorumVerdict Expected(int replicas, int needed, IReadOnlyCollection<bool> outcomes) =>
        outcomes.Count(answered => answered) >= needed ? QuorumVerdict.Reached
        : replicas - outcomes.Count(answered => !answered) < needed ? QuorumVerdict.OutOfReach
        : QuorumVerdict.Waiting;

    private static Arbitrary<(int Replicas, int Needed, List<bool> Outcomes)> Answers() => (
        from replicas in Gen.Choose(1, 5)
        from needed in Gen.Choose(1, replicas)
        from answered in Gen.Choose(0, replicas)
        from outcomes in Gen.ListOf(ArbMap.Default.GeneratorFor<bool>(), answered)
        select (replicas, needed, outcomes.ToList())).ToArbitrary();
}
