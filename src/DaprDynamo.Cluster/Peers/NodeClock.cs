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

    /// <summary>This life of the node: told from all others by a number drawn at its start.</summary>
    internal ulong Session => session;

    internal bool IsFresh(ClockEcho echo) => IsFresh(echo, lifetime);

    internal bool IsFresh(ClockEcho echo, TimeSpan ageMax) =>
        echo.Session == session && echo.ClockMs >= 0 && Now.ClockMs - echo.ClockMs <= ageMax.TotalMilliseconds;
}
