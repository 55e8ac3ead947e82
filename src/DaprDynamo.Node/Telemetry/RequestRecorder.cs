using System.Collections.Concurrent;
using System.Diagnostics;
using DaprDynamo.Cluster.Operations;

namespace DaprDynamo.Node.Telemetry;

/// <summary>
/// Makes events of operations, once their late calls have ended too. Above a rate only some are kept, but every failure and every slow
/// one: those are what is looked for.
/// </summary>
internal sealed class RequestRecorder(EventBuffer events, TimeProvider time) : BackgroundService, IOperationObserver
{
    private const int KeptASecondMax = 200;
    private const int WaitingMax = 8192;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PatienceWithLateCalls = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<(OperationTrace Trace, string? TraceId, long CompletedAt)> _completed = [];
    private readonly List<(OperationTrace Trace, string? TraceId, long CompletedAt)> _waiting = [];
    private long _sampledOut;
    private int _keptThisSecond;
    private long _second;

    /// <summary>How many operations went by without an event.</summary>
    internal long SampledOut => Interlocked.Read(ref _sampledOut);

    public void OnCompleted(OperationTrace trace)
    {
        var isRemarkable = trace.Took >= Slow || OperationMetrics.IsFailure(trace.Result!.Status);
        if (_completed.Count >= WaitingMax || (!isRemarkable && !MayKeepOneMore()))
        {
            Interlocked.Increment(ref _sampledOut);
            return;
        }

        _completed.Enqueue((trace, Activity.Current?.TraceId.ToHexString(), time.GetTimestamp()));
    }

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
                events.Add(RequestDescription.Of(completed.Trace, completed.TraceId));
            }

            return isOver;
        });
    }

    private bool IsOver((OperationTrace Trace, string? TraceId, long CompletedAt) completed)
    {
        // A repair begins when the last late answer is in: at least one look apart.
        var since = time.GetElapsedTime(completed.CompletedAt);
        return since >= PatienceWithLateCalls || (since >= LookEvery && !completed.Trace.HasCallsUnderWay);
    }

    private bool MayKeepOneMore()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Interlocked.Exchange(ref _keptThisSecond, 0);
        }

        return Interlocked.Increment(ref _keptThisSecond) <= KeptASecondMax;
    }
}
