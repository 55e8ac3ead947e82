using DaprDynamo.Cluster.Peers;

namespace DaprDynamo.Cluster.Operations;

/// <summary>What one operation asked of whom, and what came of it. Safe to use from many threads; calls end after the client has its answer, too.</summary>
public sealed class OperationTrace
{
    private static readonly AsyncLocal<OperationTrace?> Ambient = new();

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly List<TracedCall> _calls;
    private int _callsUnderWay;

    internal OperationTrace(KeyOperation operation, bool isForwarded, bool notesCalls, TimeProvider time)
    {
        (Operation, IsForwarded, NotesCalls, _time) = (operation, isForwarded, notesCalls, time);
        _calls = notesCalls ? new(capacity: 4) : [];
        (_startedAt, StartedAt) = (time.GetTimestamp(), time.GetUtcNow());
    }

    /// <summary>What the client wants.</summary>
    public KeyOperation Operation { get; }

    /// <summary>Whether another node passed the operation on to this one.</summary>
    public bool IsForwarded { get; }

    /// <summary>When it began, by the node's clock.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Whether its calls are taken note of; see <see cref="IOperationObserver.WantsCalls"/>.</summary>
    public bool NotesCalls { get; }

    /// <summary>What came of it; null while it goes on, and when it ended in a <see cref="Failure"/>.</summary>
    public OperationResult? Result { get; private set; }

    /// <summary>What it ended in when there is no result: <see cref="OperationCanceledException"/> when the client gave up. Else null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How long it took until the client could be answered.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>The calls so far, in the order in which they were made.</summary>
    public IReadOnlyList<TracedCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Whether calls wait for their answers.</summary>
    public bool HasCallsUnderWay
    {
        get
        {
            lock (_lock)
            {
                return _callsUnderWay > 0;
            }
        }
    }

    /// <summary>The trace of the operation in whose course the caller runs; null when it is not traced, or there is none.</summary>
    internal static OperationTrace? Current => Ambient.Value;

    /// <summary>Carries out an operation and tells the observer of it; without one this costs nothing.</summary>
    internal static async Task<OperationResult> RecordAsync(
        IOperationObserver? observer, KeyOperation operation, bool isForwarded, TimeProvider time, Func<Task<OperationResult>> execute)
    {
        if (observer is null)
        {
            return await execute();
        }

        var trace = new OperationTrace(operation, isForwarded, observer.WantsCalls(), time);
        if (trace.NotesCalls || Current is not null)
        {
            Ambient.Value = trace.NotesCalls ? trace : null;
        }

        try
        {
            return trace.Result = await execute();
        }
        catch (Exception failure)
        {
            trace.Failure = failure;
            throw;
        }
        finally
        {
            trace.Took = time.GetElapsedTime(trace._startedAt);
            observer.OnCompleted(trace);
        }
    }

    /// <summary>Makes a call and takes note of it, if an operation is traced.</summary>
    internal static Task<PeerAnswer> CallAsync(string nodeId, CallKind kind, string? servesId, bool isHedge, Func<Task<PeerAnswer>> call) =>
        Current is { } trace ? trace.RecordCallAsync(new TracedCall(nodeId, kind, servesId, isHedge, trace._time.GetElapsedTime(trace._startedAt), null, null), call) : call();

    /// <summary>Takes note of a change of the node's own record, which is no call but counts as much, if an operation is traced.</summary>
    internal static async Task<T> OwnWriteAsync<T>(string selfId, string? servesId, Func<Task<T>> write)
    {
        if (Current is not { } trace)
        {
            return await write();
        }

        T? written = default;
        await trace.RecordCallAsync(
            new TracedCall(selfId, servesId is null ? CallKind.Write : CallKind.Hint, servesId, IsHedge: false, trace._time.GetElapsedTime(trace._startedAt), null, null),
            async () =>
            {
                written = await write();
                return ReplicaMerged.Instance;
            });
        return written!;
    }

    private async Task<PeerAnswer> RecordCallAsync(TracedCall begun, Func<Task<PeerAnswer>> call)
    {
        int index;
        lock (_lock)
        {
            index = _calls.Count;
            _calls.Add(begun);
            _callsUnderWay++;
        }

        PeerAnswer? answer = null;
        try
        {
            return answer = await call();
        }
        finally
        {
            lock (_lock)
            {
                _calls[index] = begun with { Took = _time.GetElapsedTime(_startedAt) - begun.Start, Answer = answer };
                _callsUnderWay--;
            }
        }
    }
}

/// <summary>What an operation asked of one member.</summary>
/// <param name="NodeId">The member; it may be the coordinator itself.</param>
/// <param name="Kind">What was asked.</param>
/// <param name="ServesId">The replica for which the member stands in; null when it is one itself.</param>
/// <param name="IsHedge">Whether it was asked because another was slow.</param>
/// <param name="Start">How long after the operation began.</param>
/// <param name="Took">How long the answer took; null while it is waited for.</param>
/// <param name="Answer">The answer; null while it is waited for, and when the wait was given up.</param>
public sealed record TracedCall(string NodeId, CallKind Kind, string? ServesId, bool IsHedge, TimeSpan Start, TimeSpan? Took, PeerAnswer? Answer);

/// <summary>What an operation asks of a member.</summary>
public enum CallKind
{
    /// <summary>What it holds of the key.</summary>
    Read,

    /// <summary>To keep the record.</summary>
    Write,

    /// <summary>To keep the record for a member that cannot be reached.</summary>
    Hint,

    /// <summary>To keep the record, being behind.</summary>
    Repair,

    /// <summary>To carry the whole operation out.</summary>
    Coordinate,
}

/// <summary>Told of every operation.</summary>
public interface IOperationObserver
{
    /// <summary>Called as an operation begins. Must return at once.</summary>
    /// <returns>Whether to take note of its calls. That costs more than all else a trace costs.</returns>
    bool WantsCalls();

    /// <summary>Called when the client can be answered, or has given up. Calls of the trace may still be under way, and more may follow. Must return at once.</summary>
    void OnCompleted(OperationTrace trace);
}
