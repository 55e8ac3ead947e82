using System.Diagnostics;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Node.Telemetry;

/// <summary>
/// Takes note of requests that are turned away at the door because too many are under way. All are counted; as they come in floods and
/// are all alike, only some of each second become events.
/// </summary>
internal sealed class RefusedRequests(NodeOptions options, OperationMetrics metrics, RequestRecorder recorder, EventBuffer events, TimeProvider time)
{
    private const int ToldASecond = 50;

    private readonly PerSecondLimit _told = new(time, ToldASecond);

    internal void Record(string verb, string key)
    {
        var outcome = RequestOutcome.Of(OperationStatus.Overloaded);
        metrics.Record(verb, outcome, TimeSpan.Zero);
        if (!_told.TryTake())
        {
            recorder.CountSampledOut();
            return;
        }

        events.Add(new RequestEvent
        {
            At = time.GetUtcNow(),
            TraceId = Activity.Current?.TraceId.ToHexString(),
            Verb = verb,
            Key = key,
            Status = outcome.Status,
            IsFailure = outcome.IsFailure,
            DurationMs = 0,
            Coordinator = options.NodeId,
            IsForwarded = false,
            Needed = 0,
            Replicas = 0,
            Answered = [],
            Siblings = 0,
            Calls = [],
            HasCallsNoted = false,
        });
    }
}
