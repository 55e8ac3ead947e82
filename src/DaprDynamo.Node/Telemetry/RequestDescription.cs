using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Node.Telemetry;

/// <summary>Tells of an operation in the shape of the contract.</summary>
internal static class RequestDescription
{
    private const int VersionsLengthMax = 200;

    internal static RequestEvent Of(OperationTrace trace, string nodeId, string? traceId)
    {
        // Of an operation that was given up there is nothing to tell but who asked whom.
        var result = trace.Result ?? new OperationResult(OperationStatus.Failed, nodeId);
        var outcome = RequestOutcome.Of(trace);
        var calls = trace.Calls;
        return new RequestEvent
        {
            At = trace.StartedAt,
            TraceId = traceId,
            Verb = OperationMetrics.VerbOf(trace.Operation),
            Key = trace.Operation.Key.ToString(),
            Status = outcome.Status,
            IsFailure = outcome.IsFailure,
            DurationMs = trace.Took.TotalMilliseconds,
            QuorumMs = QuorumMsOf(calls, result.Needed),
            Coordinator = result.Coordinator,
            IsForwarded = trace.IsForwarded,
            Needed = result.Needed,
            Replicas = result.Replicas,
            Answered = result.Answered,
            Siblings = result.Versions.Siblings.Length,
            Calls = [.. calls.Select(Of)],
            HasCallsNoted = trace.NotesCalls,
        };
    }

    /// <summary>When the last of the answers that were needed was in: of a write's copies, or of a read's replicas.</summary>
    private static double? QuorumMsOf(IReadOnlyList<TracedCall> calls, int needed)
    {
        // A write reads first what it is to replace; what it waits for is its copies.
        var counted = calls.Where(call => call.Kind is CallKind.Write or CallKind.Hint).ToList();
        if (counted.Count == 0)
        {
            counted = [.. calls.Where(call => call.Kind == CallKind.Read)];
        }

        var ends = counted.Where(call => call is { Took: not null, Answer: not (null or PeerFailure) }).Select(call => (call.Start + call.Took!.Value).TotalMilliseconds).Order().ToList();
        return needed >= 1 && ends.Count >= needed ? ends[needed - 1] : null;
    }

    private static RequestCall Of(TracedCall call) => new(
        call.NodeId,
        call.Kind.ToString(),
        call.ServesId,
        call.IsHedge,
        call.Start.TotalMilliseconds,
        call.Took?.TotalMilliseconds,
        call.Took is null ? null : call.Answer switch { null => "GivenUp", PeerFailure failure => failure.Kind.ToString(), _ => "Ok" },
        (call.Answer as ReplicaRead)?.Versions.Siblings.Length,
        call.Answer is ReplicaRead read ? Cut(read.Versions.Context.ToString()) : null);

    private static string Cut(string text) => text.Length <= VersionsLengthMax ? text : text[..VersionsLengthMax] + "…";
}
