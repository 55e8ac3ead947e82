using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using Xunit;

namespace DaprDynamo.Tests.Membership;

public class RingChangeTests
{
    public static TheoryData<string> Changes => ["join", "leave", "replace", "remove", "rebalance"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_leads_in_all_its_phases_from_the_ring_before_it_to_the_ring_it_planned(string change)
    {
        var records = Uneven();
        var before = records.Ring.From.Digest;
        var begun = Plan(records, change);
        records.Put(begun);
        var (copying, planned) = (records.Ring, records.Ring.To.Digest);
        records.Put(RingPlans.Switch(begun));
        var switched = records.Ring;
        records.Put(RingPlans.Finish(records[begun.NodeId]));
        var done = records.Ring;

        Assert.NotEqual(before, planned);
        Assert.Equal((before, before, planned), (copying.From.Digest, copying.Serving.Digest, copying.To.Digest));
        Assert.Equal((before, planned, planned), (switched.From.Digest, switched.Serving.Digest, switched.To.Digest));
        Assert.Equal((planned, false), (done.From.Digest, done.IsChanging));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_that_is_given_up_leaves_the_ring_as_it_was(string change)
    {
        var records = Uneven();
        var before = records.Ring.From.Digest;
        var begun = Plan(records, change);
        records.Put(begun);
        records.Put(RingPlans.GiveUp(begun));

        Assert.False(records.Ring.IsChanging);
        Assert.Equal(before, records.Ring.From.Digest);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_step_of_a_change_counts_one_and_holds_over_the_record_before_it(string change)
    {
        var records = Uneven();
        var begun = Plan(records, change);
        var earlier = records.All.FirstOrDefault(record => record.NodeId == begun.NodeId);
        var switched = RingPlans.Switch(begun);
        var finished = RingPlans.Finish(switched);

        Assert.True(begun.HoldsOver(earlier) && switched.HoldsOver(begun) && finished.HoldsOver(switched));
        Assert.Equal([1ul, 2ul, 3ul], new[] { begun, switched, finished }.Select(record => record.RingSteps - (earlier?.RingSteps ?? 0)));
    }

    [Fact]
    public void What_a_member_left_to_others_stays_theirs_when_they_claim_it_in_their_own_records_and_when_they_leave_in_turn()
    {
        var records = MemberRecords.Of(6);
        records.Leave("node-03");
        var ring = records.Ring.From.Digest;
        Assert.NotNull(RingPlans.HeirWithout(records.All, records["node-03"]));

        foreach (var heirId in records.Ready.ToList())
        {
            if (RingPlans.TakeInheritance(records.All, records[heirId]) is { } heir)
            {
                Assert.Equal(records[heirId].RingSteps, heir.RingSteps);
                records.Put(heir);
                Assert.Equal(ring, records.Ring.From.Digest);
            }
        }

        Assert.Null(RingPlans.HeirWithout(records.All, records["node-03"]));
        records.Put(MemberRecords.Newcomer("node-03") with { Incarnation = 2 });
        Assert.Equal(ring, records.Ring.From.Digest);

        records.Leave("node-04");
        records.Leave("node-05");
        Assert.All(Enumerable.Range(0, records.Space.Count), partition =>
            Assert.Equal(3, records.Ring.From.PreferenceListOf(partition).Primaries.Intersect(["node-01", "node-02", "node-06"]).Count()));
    }

    [Fact]
    public void The_ring_of_many_members_coming_and_going_stays_even_once_it_is_rebalanced()
    {
        var random = new Random(7);
        var records = MemberRecords.Of(8, partitions: 256);
        for (var number = 9; number < 40; number++)
        {
            records.Leave(records.Ready.ElementAt(random.Next(records.Ready.Count())));
            if (random.Next(2) == 0)
            {
                records.Join($"node-{number:00}");
            }

            if (records.Ready.Count() <= 4)
            {
                records.Join($"node-{number + 40:00}");
            }
        }

        var rounds = 0;
        while (RingPlans.Rebalance(records.Space, records.Replicas, records.All) is { } taker)
        {
            records.Do(taker);
            Assert.InRange(++rounds, 1, 100);
        }

        Assert.InRange(records.Ring.From.Balance.Primaries, 1, 1.10);
        Assert.InRange(records.Ring.From.Balance.Replicas, 1, 1.10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_steps_planned_beforehand_to_make_a_ring_even_are_those_that_are_then_taken(int poor)
    {
        var records = Uneven(poor);
        var planned = RingPlans.RebalanceSteps(records.Space, records.Replicas, records.All).ToList();
        var plannedRecords = records.All.ToDictionary(record => record.NodeId);
        foreach (var step in planned)
        {
            plannedRecords[step.NodeId] = RingPlans.Finish(RingPlans.Switch(step));
        }

        var predicted = RingTransition.Of(records.Space, records.Replicas, plannedRecords.Values).From;
        Assert.True(planned.Select(step => step.NodeId).Distinct().Count() >= poor);

        List<string> takers = [];
        while (RingPlans.Rebalance(records.Space, records.Replicas, records.All) is { } taker)
        {
            takers.Add(taker.NodeId);
            records.Do(taker);
            // As in the real thing: what has been left to members stands in their own records sooner or later.
            foreach (var heir in records.Ready.ToList().Select(nodeId => RingPlans.TakeInheritance(records.All, records[nodeId])).OfType<MemberRecord>())
            {
                records.Put(heir);
            }
        }

        Assert.Equal(planned.Select(step => step.NodeId), takers);
        Assert.Equal((predicted.Digest, predicted.Balance), (records.Ring.From.Digest, records.Ring.From.Balance));
        Assert.InRange(predicted.Balance.Replicas, 1, 1.10);
    }

    [Fact]
    public void A_newcomer_that_takes_a_dead_members_place_moves_nothing_else()
    {
        var records = MemberRecords.Of(5);
        var begun = RingPlans.Replace(records.All, MemberRecords.Newcomer("node-09"), "node-02");
        records.Put(begun);

        var moved = PlacementChange.Between(records.Ring.From, records.Ring.To);
        Assert.All(moved.Gains, gain => Assert.Equal("node-09", gain.NodeId));
        Assert.Equal(PlacementChange.UnavoidableOfLeave(records.Ring.From, "node-02"), moved.MovedReplicas);
        Assert.DoesNotContain(records.Ring.To.Members, member => member.NodeId == "node-02");
    }

    [Fact]
    public void A_dead_newcomer_is_removed_at_once_and_the_ring_stays()
    {
        var records = MemberRecords.Of(4);
        var ring = records.Ring.From.Digest;
        records.Put(records.PlanJoin("node-09"));
        records.Put(RingPlans.Remove(records.Space, 3, records.All, records["node-09"]));

        Assert.Equal((MemberState.Left, false, ring), (records["node-09"].State, records.Ring.IsChanging, records.Ring.From.Digest));
    }

    [Fact]
    public void The_last_member_cannot_leave() =>
        Assert.Throws<InvalidOperationException>(() => MemberRecords.Of(1).Leave("node-01"));

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_record_is_the_same_after_its_way_through_bytes(string change)
    {
        var records = Uneven();
        records.Do(Plan(records, change));
        foreach (var record in records.All.Append(Plan(Uneven(), change)))
        {
            var bytes = MemberRecordCodec.Encode(record);
            Assert.Equal(bytes, MemberRecordCodec.Encode(MemberRecordCodec.Decode(bytes)));
            Assert.Equal(record.ToString(), MemberRecordCodec.Decode(bytes).ToString());
        }
    }

    [Fact]
    public void Bytes_that_are_cut_or_damaged_are_no_record()
    {
        var bytes = MemberRecordCodec.Encode(MemberRecords.Of(3)["node-02"]);
        foreach (var length in Enumerable.Range(0, bytes.Length))
        {
            Assert.Throws<InvalidDataException>(() => MemberRecordCodec.Decode(bytes.AsMemory(0, length)));
        }
    }

    private static MemberRecord Plan(MemberRecords records, string change) => change switch
    {
        "join" => records.PlanJoin("node-90"),
        "leave" => RingPlans.Leave(records.Space, 3, records.All, records["node-02"]),
        "replace" => RingPlans.Replace(records.All, MemberRecords.Newcomer("node-91"), "node-02"),
        "remove" => RingPlans.Remove(records.Space, 3, records.All, records["node-02"]),
        "rebalance" => RingPlans.Rebalance(records.Space, 3, records.All)!,
        _ => throw new ArgumentException(change, nameof(change)),
    };

    /// <summary>A ring that a rebalance can better: some members joined with a single token each, and one has left.</summary>
    private static MemberRecords Uneven(int poor = 1)
    {
        var records = MemberRecords.Of(6);
        records.Leave("node-05");
        for (var number = 0; number < poor; number++)
        {
            var joiner = records.PlanJoin($"node-{60 + number}");
            records.Do(joiner with { NextTokens = [joiner.NextTokens[0]] });
        }

        return records;
    }
}
