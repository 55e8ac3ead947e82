using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Checkers;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Each checker lets pass what is right and catches the lie it is there for.</summary>
public class CheckerTests
{
    private static readonly Dot First = HandMadeRun.DotOf(1, 1);
    private static readonly Dot Second = HandMadeRun.DotOf(2, 1);
    private static readonly Dot Third = HandMadeRun.DotOf(3, 1);

    [Fact]
    public void A_sound_run_passes()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Put(HandMadeRun.Clock(First), Second);
        run.Put(HandMadeRun.Clock(First), Third);
        var both = HandMadeRun.Record(HandMadeRun.Clock(First), (Second, 2), (Third, 3));
        run.Read(both);
        run.HoldEverywhere(both);

        run.AssertPasses();
    }

    [Fact]
    public void A_reaped_key_and_a_write_that_nobody_heard_of_pass()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Put(HandMadeRun.Clock(First), dot: null);
        run.Delete(HandMadeRun.Clock(First));

        run.AssertPasses();
    }

    [Fact]
    public void An_acknowledged_write_that_is_gone_everywhere_is_lost()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);

        run.AssertCaughtBy<NoAcknowledgedWriteIsLost>($"{First}");
    }

    [Fact]
    public void An_acknowledged_write_that_one_primary_lacks_is_only_partly_there()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.HoldEverywhere(HandMadeRun.Record(VersionVector.Empty, (First, 1)));
        run.Hold(3, HandMadeRun.Record(VersionVector.Empty));

        run.AssertCaughtBy<NoAcknowledgedWriteIsLost>("node-3");
    }

    [Fact]
    public void A_write_replaced_by_one_that_is_itself_lost_is_lost()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Put(HandMadeRun.Clock(First), Second);
        run.HoldEverywhere(HandMadeRun.Record(HandMadeRun.Clock(First, Second)));

        run.AssertCaughtBy<NoAcknowledgedWriteIsLost>($"write {First}");
        run.AssertCaughtBy<NoAcknowledgedWriteIsLost>($"write {Second}");
    }

    [Fact]
    public void A_value_that_nobody_wrote_is_invented()
    {
        var run = new HandMadeRun();
        run.Read(HandMadeRun.Record(VersionVector.Empty, (First, 99)));

        run.AssertCaughtBy<NothingIsInvented>("99");
    }

    [Theory]
    [InlineData(OperationStatus.Overloaded)]
    [InlineData(OperationStatus.TooManySiblings)]
    public void A_write_that_was_refused_must_not_show(OperationStatus status)
    {
        var run = new HandMadeRun();
        run.Refuse(status);
        run.Read(HandMadeRun.Record(VersionVector.Empty, (First, 1)));

        run.AssertCaughtBy<NothingIsInvented>("was refused");
    }

    [Fact]
    public void A_dot_that_stands_for_two_values_is_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Put(VersionVector.Empty, First);

        run.AssertCaughtBy<NothingIsInvented>("stands for 1");
    }

    [Fact]
    public void A_value_that_was_written_twice_is_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Read(HandMadeRun.Record(VersionVector.Empty, (First, 1), (Second, 1)));

        run.AssertCaughtBy<NothingIsInvented>("written twice");
    }

    [Fact]
    public void A_clock_that_covers_what_its_client_never_saw_is_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        var put = run.Put(VersionVector.Empty, Second);
        put.Result = put.Result! with { Seen = HandMadeRun.Clock(First, Second) };

        run.AssertCaughtBy<NothingIsInvented>("covers more");
    }

    [Fact]
    public void A_sibling_beside_the_write_that_replaced_it_is_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Put(HandMadeRun.Clock(First), Second);
        run.Read(HandMadeRun.Record(VersionVector.Empty, (First, 1), (Second, 2)));

        run.AssertCaughtBy<SiblingsAreMaximal>($"still has write {First}");
    }

    [Fact]
    public void A_value_that_vanished_without_a_write_in_its_place_is_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Put(VersionVector.Empty, Second);
        run.Read(HandMadeRun.Record(HandMadeRun.Clock(First), (Second, 2)));

        run.AssertCaughtBy<SiblingsAreMaximal>($"knows of write {First}");
    }

    [Fact]
    public void Deleted_data_on_a_disk_is_back()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Delete(HandMadeRun.Clock(First));
        run.HoldEverywhere(HandMadeRun.Record(VersionVector.Empty, (First, 1)));

        run.AssertCaughtBy<DeletedDataStaysDeleted>($"{First} is back in node-1's disk");
    }

    [Fact]
    public void Deleted_data_in_a_hint_or_an_audit_is_back()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.Delete(HandMadeRun.Clock(First));
        run.Hint(HandMadeRun.Record(VersionVector.Empty, (First, 1)));
        run.Read(HandMadeRun.Record(VersionVector.Empty, (First, 1)), DeletedDataStaysDeleted.Auditor);

        run.AssertCaughtBy<DeletedDataStaysDeleted>("hint for node-1");
        run.AssertCaughtBy<DeletedDataStaysDeleted>("the answer to");
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void What_stand_ins_answer_an_audit_before_the_last_hint_has_come_is_no_data_that_is_back(bool isStrict, int caught)
    {
        var run = new HandMadeRun { IsStrict = isStrict, QuietSince = TimeSpan.MaxValue };
        run.Put(VersionVector.Empty, First);
        run.Delete(HandMadeRun.Clock(First));
        run.Read(HandMadeRun.Record(VersionVector.Empty, (First, 1)), DeletedDataStaysDeleted.Auditor);

        Assert.Equal(caught, new DeletedDataStaysDeleted().Check(run.ToCheck()).Count());
    }

    [Fact]
    public void Replicas_that_differ_and_records_in_the_wrong_place_are_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.HoldEverywhere(HandMadeRun.Record(VersionVector.Empty, (First, 1)));
        run.Hold(2, HandMadeRun.Record(VersionVector.Empty));
        run.Hold(4, HandMadeRun.Record(VersionVector.Empty, (First, 1)));

        run.AssertCaughtBy<ReplicasAreEqual>("node-2 holds");
        run.AssertCaughtBy<ReplicasAreEqual>("none of its primaries");
    }

    [Fact]
    public void A_hint_that_stays_is_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.HoldEverywhere(HandMadeRun.Record(VersionVector.Empty, (First, 1)));
        run.Hint(HandMadeRun.Record(VersionVector.Empty, (First, 1)));

        run.AssertCaughtBy<HintsAreDrained>("node-4");
    }

    [Fact]
    public void Work_and_timers_that_stay_and_contexts_that_grow_are_caught()
    {
        var run = new HandMadeRun();
        run.Put(VersionVector.Empty, First);
        run.HoldEverywhere(HandMadeRun.Record(HandMadeRun.Clock(Second, Third), (First, 1)));
        run.IdleNodes.Add(new IdleNode("node-1", PendingEvents: 11, HasBackgroundWork: false));
        run.IdleNodes.Add(new IdleNode("node-2", PendingEvents: 0, HasBackgroundWork: true));
        run.StoppedNodes.Add(new IdleNode("node-3", PendingEvents: 1, HasBackgroundWork: false));

        run.AssertCaughtBy<ResourcesAreBounded>("more than 1 actors");
        run.AssertCaughtBy<ResourcesAreBounded>("node-1 idles with 11");
        run.AssertCaughtBy<ResourcesAreBounded>("node-2 has work");
        run.AssertCaughtBy<ResourcesAreBounded>("node-3 has stopped");
    }

    [Fact]
    public void A_read_that_misses_an_acknowledged_write_is_caught_where_quorums_are_strict()
    {
        foreach (var strict in (bool[])[true, false])
        {
            var run = new HandMadeRun { IsStrict = strict };
            run.Put(VersionVector.Empty, First);
            run.Read(DottedVersionVectorSet.Empty);

            Assert.Equal(strict, new ReadsSeeAcknowledgedWrites().Check(run.ToCheck()).Any());
        }
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public void Where_quorums_are_sloppy_a_read_may_miss_a_write_only_if_somebody_stood_in(bool isWriteByPrimaries, bool isReadByPrimaries, bool isCaught)
    {
        var run = new HandMadeRun { IsStrict = false, IsByPrimaries = isWriteByPrimaries };
        run.Put(VersionVector.Empty, First);
        run.IsByPrimaries = isReadByPrimaries;
        run.Read(DottedVersionVectorSet.Empty);

        Assert.Equal(isCaught ? 1 : 0, ReadsSeeAcknowledgedWrites.JudgedReads(run.ToCheck()).Count);
        Assert.Equal(isCaught, new ReadsSeeAcknowledgedWrites().Check(run.ToCheck()).Any());
    }
}
