namespace DaprDynamo.Simulation.Time;

/// <summary>The events to come, in the order of their moments; those of one moment in the order in which they were scheduled.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<ScheduledEvent, (long DueTicks, long Sequence)> _queue = new(new ByMoment());
    private long _sequence;

    internal void Add(ScheduledEvent scheduled) => _queue.Enqueue(scheduled, (scheduled.DueTicks, _sequence++));

    /// <summary>Takes the next event that was not called off and is due by the moment.</summary>
    internal bool TryTake(long byTicks, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ScheduledEvent? next)
    {
        while (_queue.TryPeek(out next, out var moment) && moment.DueTicks <= byTicks)
        {
            _queue.Dequeue();
            if (!next.IsOver)
            {
                return true;
            }
        }

        next = null;
        return false;
    }

    private sealed class ByMoment : IComparer<(long DueTicks, long Sequence)>
    {
        public int Compare((long DueTicks, long Sequence) x, (long DueTicks, long Sequence) y) =>
            x.DueTicks != y.DueTicks ? x.DueTicks.CompareTo(y.DueTicks) : x.Sequence.CompareTo(y.Sequence);
    }
}
