namespace DaprDynamo.Node.Telemetry;

/// <summary>Lets so many through in each second of the clock, and no more. Safe to use from many threads; a few too many may pass as a second begins.</summary>
internal sealed class PerSecondLimit(TimeProvider time, int max)
{
    private long _second;
    private int _taken;

    internal bool TryTake()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Interlocked.Exchange(ref _taken, 0);
        }

        return Volatile.Read(ref _taken) < max && Interlocked.Increment(ref _taken) <= max;
    }
}
