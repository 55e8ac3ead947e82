namespace DaprDynamo.Simulation.Time;

/// <summary>What a machine believes the time of day to be. Outlives processes, and may be set at any moment.</summary>
internal sealed class WallClock
{
    /// <summary>How far the machine's clock is ahead of true time; negative when it is behind.</summary>
    internal TimeSpan Skew { get; set; }
}

/// <summary>The clocks of one process: a monotonic one that counts from an origin of its own, and the machine's time of day.</summary>
/// <param name="simulator">The world.</param>
/// <param name="process">Whose timers these are.</param>
/// <param name="wallClock">The machine's time of day.</param>
/// <param name="originTicks">Where the monotonic clock started. Differs by process, so that a timestamp that strays to another is noticed.</param>
internal sealed class SimulatedClock(Simulator simulator, SimulatedProcess process, WallClock wallClock, long originTicks) : TimeProvider
{
    private static readonly DateTimeOffset WorldBegins = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp()
    {
        simulator.CountClockRead();
        return originTicks + simulator.NowTicks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        simulator.CountClockRead();
        return WorldBegins + simulator.Now + wallClock.Skew;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        simulator.RequireInside(process, "a new timer");
        var timer = new SimulatedTimer(simulator, process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
