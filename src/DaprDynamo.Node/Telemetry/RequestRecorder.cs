using System.Collections.Concurrent;
using System.Diagnostics;
using DaprDynamo.Cluster.Operations;

namespace DaprDynamo.Node.Telemetry;

/// <summary>
/// Makes events of operations, once their late calls have ended too. Above a rate only some are kept, but every failure and every slow
/// one: those are what is looked for. Above a higher rate even of those the calls are no longer noted, so that telling of requests never
/// costs more than a small part of what carrying them out does.
/// </summary>
internal sealed class RequestRecorder(NodeOptions options, EventBuffer events, TimeProvider time, ILogger<RequestRecorder> logger) : BackgroundService, IOperationObserver
{
    /// <summary>What a request takes at least to be kept for its slowness.</summary>
    internal static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    private const int KeptASecond = 200;
    private const int NotedASecond = 4000;

    // As many as the buffer holds: more would only drive each other out. The last of the room is for failures and slow ones.
    private const int HeldMax = 4096;
    private const int OrdinaryHeldMax = HeldMax / 2;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PatienceWithLateCalls = TimeSpan.FromSeconds(1);

    private readonly TraceSampling _sampling = new(time, KeptASecond);
    private readonly PerSecondLimit _noting = new(time, NotedASecond);
    private readonly ConcurrentQueue<Completed> _completed = [];
    private readonly List<Completed> _waiting = [];
    private long _sampledOut;
    private int _held;

    /// <summary>How many operations went by without an event.</summary>
    internal long SampledOut => Interlocked.Read(ref _sampledOut);

    public bool WantsCalls() => _sampling.IsInShare(CurrentTraceId) || _noting.TryTake();

    public void OnCompleted(OperationTrace trace)
    {
        var traceId = CurrentTraceId;
        var isRemarkable = trace.Took >= Slow || RequestOutcome.Of(trace).IsFailure;
        if (isRemarkable ? _held >= HeldMax : !_sampling.Keeps(traceId) || _held >= OrdinaryHeldMax)
        {
            CountSampledOut();
            return;
        }

        Interlocked.Increment(ref _held);
        _completed.Enqueue(new Completed(trace, Activity.Current is null ? null : traceId.ToHexString(), time.GetTimestamp()));
    }

    internal void CountSampledOut() => Interlocked.Increment(ref _sampledOut);

    /// <summary>Without a trace id of its own a request gets one here, which nobody else knows.</summary>
    private static ActivityTraceId CurrentTraceId => Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            TakeDone();
        }
    }

    /// <summary>Makes events of the operations whose late calls have ended too, or were waited for long enough.</summary>
    internal void TakeDone()
    {
        while (_completed.TryDequeue(out var completed))
        {
            _waiting.Add(completed);
        }

        _waiting.RemoveAll(completed =>
        {
            var isOver = IsOver(completed);
            if (isOver)
            {
                Interlocked.Decrement(ref _held);
                Tell(completed);
            }

            return isOver;
        });
    }

    private void Tell(Completed completed)
    {
        try
        {
            events.Add(RequestDescription.Of(completed.Trace, options.NodeId, completed.TraceId));
        }
        catch (Exception failure)
        {
            // Whatever it is, it must not end the node, which serves clients whether it is watched or not.
            logger.LogError(failure, "A request could not be told of");
        }
    }

    private bool IsOver(Completed completed)
    {
        // A repair begins when the last late answer is in: at least one look apart.
        var since = time.GetElapsedTime(completed.CompletedAt);
        return since >= PatienceWithLateCalls || (since >= LookEvery && !completed.Trace.HasCallsUnderWay);
    }

    private readonly record struct Completed(OperationTrace Trace, string? TraceId, long CompletedAt);
}
