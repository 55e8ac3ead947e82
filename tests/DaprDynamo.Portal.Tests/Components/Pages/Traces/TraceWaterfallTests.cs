using DaprDynamo.Portal.Components.Pages.Traces;
using DaprDynamo.Portal.Live;
using Xunit;
using static DaprDynamo.Portal.Tests.Live.SomeRequests;

namespace DaprDynamo.Portal.Tests.Components.Pages.Traces;

public sealed class TraceWaterfallTests
{
    [Fact]
    public void A_request_that_the_asked_node_coordinates_is_its_bar_and_its_calls_below()
    {
        var waterfall = TraceWaterfall.Of(Trace(("node-1", Put(10, Call("node-2", "Write", 1, 4), Call("node-3", "Write", 2, 8)) with { QuorumMs = 5 })));
        Assert.Equal(
            [("node-1", 0, 0.0, (double?)10.0), ("node-2", 1, 1.0, 5.0), ("node-3", 1, 2.0, 10.0)],
            waterfall.Rows.Select(row => (row.NodeId, row.Level, row.StartMs, row.EndMs)));
        Assert.Equal((5, 10), (waterfall.QuorumMs, waterfall.AnsweredMs));
        Assert.False(waterfall.IsAligned);

        // The axis ends a little after the last bar.
        var share = waterfall.Scale.ShareOf(10);
        Assert.InRange(share, 0.9, 1);
        Assert.Equal(share * 0.4, waterfall.WidthShareOf(waterfall.Rows[1]), 9);
        Assert.Equal(share * 0.1, waterfall.StartShareOf(waterfall.Rows[1]), 9);
    }

    [Fact]
    public void What_the_coordinator_tells_lies_in_the_middle_of_the_call_that_asked_it()
    {
        var waterfall = TraceWaterfall.Of(Forwarded());
        Assert.Equal(
            [("node-9", 0, 0.0, (double?)10.0), ("node-1", 1, 0.0, 1.0), ("node-2", 1, 2.0, 10.0), ("node-2", 2, 4.0, 8.0), ("node-3", 3, 5.0, 7.0)],
            waterfall.Rows.Select(row => (row.NodeId, row.Level, row.StartMs, row.EndMs)));
        Assert.Equal(7, waterfall.QuorumMs);
        Assert.Equal(10, waterfall.AnsweredMs);
        Assert.True(waterfall.IsAligned);
    }

    [Fact]
    public void A_coordinator_that_claims_to_have_taken_longer_than_its_call_begins_with_it()
    {
        var trace = Trace(
            ("node-9", Put(10, Call("node-1", "Coordinate", 2, 6))),
            ("node-1", Put(7) with { IsForwarded = true }));
        Assert.Equal(2, TraceWaterfall.Of(trace).Rows[^1].StartMs);
    }

    [Fact]
    public void A_hedge_and_a_hint_are_calls_like_others_that_say_what_they_are()
    {
        var hint = Call("node-4", "Hint", 3, 2) with { ServesId = "node-3" };
        var waterfall = TraceWaterfall.Of(Trace(("node-1", Put(6, Call("node-2", "Read", 0, 5), Call("node-4", "Read", 4, 1) with { IsHedge = true }, hint))));
        Assert.True(waterfall.Rows[2].Call!.IsHedge);
        Assert.Equal("hint for node-3 kept by", RequestWords.OfCall(waterfall.Rows[3].Call!));
        Assert.Equal(["Read", "Hedge", "Hint"], RequestWords.Explain([Trace(("node-1", Put(6, waterfall.Rows.Skip(1).Select(row => row.Call!).ToArray())))]).Select(kind => kind.Name));
    }

    [Fact]
    public void What_ended_after_the_answer_is_late_and_makes_the_axis_longer()
    {
        var waterfall = TraceWaterfall.Of(Trace(("node-1", Put(10, Call("node-2", "Read", 0, 9), Call("node-3", "Repair", 12, 8)))));
        Assert.Equal([false, false, true], waterfall.Rows.Select(row => row.IsLate));
        Assert.Equal(20, waterfall.EndMs);
        Assert.InRange(waterfall.Scale.ShareOf(10), 0.45, 0.5);
        Assert.False(waterfall.IsSqueezed);
    }

    [Fact]
    public void A_call_that_nobody_answered_has_no_end_and_goes_on_to_the_edge()
    {
        var waterfall = TraceWaterfall.Of(Trace(("node-1", Put(10, Call("node-2", "Write", 1, null, null)))));
        var open = waterfall.Rows[1];
        Assert.Null(open.EndMs);
        Assert.True(open.IsLate);
        Assert.True(waterfall.IsCutOff(open));
        Assert.Equal(1, waterfall.StartShareOf(open) + waterfall.WidthShareOf(open), 9);
        Assert.Equal("not answered yet", RequestWords.OfOutcome(open.Call!).Words);
    }

    [Fact]
    public void Very_late_calls_can_be_cut_off_so_that_what_led_to_the_answer_is_seen()
    {
        var trace = Trace(("node-1", Put(2, Call("node-2", "Write", 0, 2), Call("node-3", "Write", 0, 1000, "NoAnswer"))));
        Assert.True(TraceWaterfall.Of(trace).IsSqueezed);
        var cut = TraceWaterfall.Of(trace, untilAnswer: true);
        Assert.InRange(cut.Scale.ShareOf(2), 0.6, 0.8);
        Assert.True(cut.IsCutOff(cut.Rows[2]));
        Assert.False(cut.IsCutOff(cut.Rows[1]));
        Assert.Equal(1, cut.WidthShareOf(cut.Rows[2]), 9);
    }

    [Fact]
    public void A_request_that_took_no_time_at_all_can_be_drawn()
    {
        var waterfall = TraceWaterfall.Of(Trace(("node-1", Put(0))));
        Assert.Equal(0, waterfall.WidthShareOf(Assert.Single(waterfall.Rows)));
    }

    [Fact]
    public void The_coordinators_half_alone_can_be_drawn()
    {
        RequestTrace half = Trace(("node-2", Put(4, Call("node-3", "Write", 1, 2)) with { Coordinator = "node-2", IsForwarded = true }));
        Assert.Equal([0, 1], TraceWaterfall.Of(half).Rows.Select(row => row.Level));
    }
}
