namespace DaprDynamo.Tests.Cluster;

/// <summary>A clock that stands still until it is moved. Has no timers.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan _passed = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Offset + _passed;

    /// <summary>How far the wall clock is off.</summary>
    internal TimeSpan Offset { get; set; } = TimeSpan.FromDays(20_000);

    internal void Advance(TimeSpan by) => _passed += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();
}
