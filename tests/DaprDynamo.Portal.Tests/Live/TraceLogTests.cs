using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class TraceLogTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void The_two_halves_of_a_request_that_was_passed_on_are_one_trace_whichever_is_told_first()
    {
        foreach (var order in new[] { false, true })
        {
            var log = new TraceLog();
            var asked = Request("t1", 0) with { Calls = [Call("node-2", "Coordinate")] };
            var received = Request("t1", 1) with { IsForwarded = true };
            (string NodeId, RequestEvent Request)[] told = [("node-1", asked), ("node-2", received)];
            foreach (var (nodeId, request) in order ? told : told.Reverse())
            {
                log.Add(nodeId, [request]);
            }

            var trace = Assert.Single(log.Read(_ => true));
            Assert.Equal(["node-1", "node-2"], trace.Parts.Select(part => part.NodeId));
            Assert.Equal(trace, Assert.Single(log.Find("t1")));
        }
    }

    [Fact]
    public void Requests_that_only_share_a_trace_id_stay_apart()
    {
        var log = new TraceLog();
        log.Add("node-1", [Request("t1", 0), Request("t1", 5)]);
        log.Add("node-2", [Request("t1", 7)]);
        Assert.Equal(3, log.Find("t1").Count);
    }

    [Fact]
    public void They_are_in_the_order_in_which_they_began_whatever_the_order_in_which_they_are_told()
    {
        var log = new TraceLog();
        log.Add("node-1", [Request("a", 10), Request("b", 30)]);
        log.Add("node-2", [Request("c", 20)]);
        Assert.Equal(["b", "c", "a"], log.Read(_ => true).Select(trace => trace.TraceId));
    }

    [Fact]
    public void The_oldest_makes_room_and_is_found_no_more()
    {
        var log = new TraceLog(capacity: 2);
        log.Add("node-1", [Request("a", 1), Request("b", 2), Request("c", 3)]);
        Assert.Equal(["c", "b"], log.Read(_ => true).Select(trace => trace.TraceId));
        Assert.Empty(log.Find("a"));
    }

    [Fact]
    public void A_reader_that_comes_again_gets_only_what_is_new_to_it()
    {
        var log = new TraceLog();
        log.Add("node-1", [Request("a", 1)]);
        var (first, known, _) = log.ReadSince(0, 10);
        log.Add("node-1", [Request("b", 2)]);
        var (second, _, _) = log.ReadSince(known, 10);
        Assert.Equal("a", Assert.Single(first).TraceId);
        Assert.Equal("b", Assert.Single(second).TraceId);
    }

    private static RequestEvent Request(string traceId, int atMs) => new()
    {
        At = Start.AddMilliseconds(atMs),
        TraceId = traceId,
        Verb = "put",
        Key = "cart",
        Status = "Written",
        IsFailure = false,
        DurationMs = 1,
        Coordinator = "node-1",
        IsForwarded = false,
        Needed = 2,
        Replicas = 3,
        Answered = ["node-1", "node-2"],
        Siblings = 1,
        Calls = [],
    };

    private static RequestCall Call(string nodeId, string kind) => new(nodeId, kind, null, false, 0, 1, "Ok", null);
}
