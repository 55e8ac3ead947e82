using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Node.Telemetry;

/// <summary>The latest events of a node: a new one takes the place of the oldest. Readers come with the sequence they know and may wait for more.</summary>
internal sealed class EventBuffer(int capacity)
{
    private readonly Lock _lock = new();
    private readonly TelemetryEvent[] _events = new TelemetryEvent[capacity];
    private long _last;

    // Only while somebody waits: most events come when nobody does.
    private TaskCompletionSource? _arrived;

    internal void Add(TelemetryEvent happened)
    {
        TaskCompletionSource? arrived;
        lock (_lock)
        {
            _last++;
            _events[_last % capacity] = happened with { Sequence = _last };
            (arrived, _arrived) = (_arrived, null);
        }

        arrived?.TrySetResult();
    }

    /// <summary>The events after a sequence, as many as are allowed, and how many of them are lost.</summary>
    internal (IReadOnlyList<TelemetryEvent> Events, long Next, long Dropped) Read(long after, int limit)
    {
        lock (_lock)
        {
            // A reader that knows more than there is knows it from an earlier life.
            var known = after > _last ? 0 : after;
            var first = Math.Max(known, _last - capacity) + 1;
            var count = (int)Math.Min(limit, _last - first + 1);
            return ([.. Enumerable.Range(0, count).Select(offset => _events[(first + offset) % capacity])], first + count - 1, first - 1 - known);
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
}
