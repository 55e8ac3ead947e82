using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Tests.Live;

/// <summary>Requests as nodes tell of them.</summary>
internal static class SomeRequests
{
    internal const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    internal static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    internal static RequestEvent Put(double durationMs, params RequestCall[] calls) => new()
    {
        At = Start,
        TraceId = TraceId,
        Verb = "put",
        Key = "Cart/7",
        Status = "Written",
        IsFailure = false,
        DurationMs = durationMs,
        Coordinator = "node-1",
        IsForwarded = false,
        Needed = 2,
        Replicas = 3,
        Answered = ["node-1", "node-2"],
        Siblings = 1,
        Calls = calls,
    };

    internal static RequestCall Call(string nodeId, string kind, double startMs, double? durationMs, string? outcome = "Ok") =>
        new(nodeId, kind, null, false, startMs, durationMs, outcome, kind == "Read" ? 1 : null, null);

    internal static RequestTrace Trace(params (string NodeId, RequestEvent Request)[] parts) =>
        new() { Id = 1, Parts = [.. parts.Select(part => new TracePart(part.NodeId, part.Request))] };

    /// <summary>Node 9 was asked, found node 1 unreachable, and passed the write on to node 2, which coordinated it.</summary>
    internal static RequestTrace Forwarded() => Trace(
        ("node-9", Put(10, Call("node-1", "Coordinate", 0, 1, "Unreachable"), Call("node-2", "Coordinate", 2, 8)) with { Coordinator = "node-2" }),
        ("node-2", Put(4, Call("node-3", "Write", 1, 2)) with { Coordinator = "node-2", IsForwarded = true, QuorumMs = 3 }));
}
