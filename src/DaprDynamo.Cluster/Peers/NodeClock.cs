namespace DaprDynamo.Cluster.Peers;

/// <summary>
/// The node's own clock, which counts from its start, and the judgement that rests on it: whether a record that arrives is
/// young enough to be taken. See <see cref="ClockEcho"/>.
/// </summary>
internal sealed class NodeClock(TimeProvider time, ulong session, TimeSpan lifetime)
{
    private readonly long _startedAt = time.GetTimestamp();

    internal ClockEcho Now => At(time.GetTimestamp());

    /// <summary>The reading at a moment of the node's own monotonic clock: what the node echoes to itself.</summary>
    internal ClockEcho At(long timestamp) => new(session, (long)time.GetElapsedTime(_startedAt, timestamp).TotalMilliseconds);

    internal bool IsFresh(ClockEcho echo) =>
        echo.Session == session && echo.ClockMs >= 0 && Now.ClockMs - echo.ClockMs <= lifetime.TotalMilliseconds;
}
