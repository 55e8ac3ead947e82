using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Node.Telemetry;

/// <summary>
/// The latest events of a node. A new one takes the place of the oldest ordinary request; failures, slow requests and what happens to
/// the cluster itself stay longer, up to half of the room. Readers come with the sequence they know and may wait for more.
/// </summary>
internal sealed class EventBuffer(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<TelemetryEvent> _ordinary = new();
    private readonly Queue<TelemetryEvent> _remarkable = new();
    private long _last;

    // Only while somebody waits: most events come when nobody does.
    private TaskCompletionSource? _arrived;

    internal void Add(TelemetryEvent happened)
    {
        TaskCompletionSource? arrived;
        lock (_lock)
        {
            _last++;
            (IsOrdinary(happened) ? _ordinary : _remarkable).Enqueue(happened with { Sequence = _last });
            if (_ordinary.Count + _remarkable.Count > capacity)
            {
                (_remarkable.Count > capacity / 2 ? _remarkable : _ordinary).Dequeue();
            }

            (arrived, _arrived) = (_arrived, null);
        }

        arrived?.TrySetResult();
    }

    /// <summary>The events after a sequence, as many as are allowed, and how many of those up to the last of them are lost.</summary>
    internal (IReadOnlyList<TelemetryEvent> Events, long Next, long Dropped) Read(long after, int limit)
    {
        lock (_lock)
        {
            // A reader that knows more than there is knows it from an earlier life.
            var known = after > _last ? 0 : after;
            List<TelemetryEvent> found = [.. _ordinary.Concat(_remarkable).Where(happened => happened.Sequence > known).OrderBy(happened => happened.Sequence).Take(limit)];
            var next = found is [.., var last] ? last.Sequence : known;
            return (found, next, next - known - found.Count);
        }
    }

    /// <summary>Completes when there is an event after a sequence, or the time is over.</summary>
    internal async Task WaitAsync(long after, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task arrived;
        lock (_lock)
        {
            if (_last != after)
            {
                return;
            }

            arrived = (_arrived ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        try
        {
            await arrived.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing happened; the reader is told so.
        }
    }

    private static bool IsOrdinary(TelemetryEvent happened) =>
        happened is RequestEvent { IsFailure: false } request && request.DurationMs < RequestRecorder.Slow.TotalMilliseconds;
}
