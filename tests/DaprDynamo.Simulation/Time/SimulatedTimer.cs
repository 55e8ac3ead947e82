namespace DaprDynamo.Simulation.Time;

/// <summary>A timer of a process: fires as events of the process, and is gone with it.</summary>
internal sealed class SimulatedTimer(Simulator simulator, SimulatedProcess process, TimerCallback callback, object? state) : ITimer
{
    private ScheduledEvent? _next;
    private TimeSpan _period;
    private bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        simulator.RequireThread("a timer's change");
        if (_disposed)
        {
            return false;
        }

        Stop();
        _period = period;
        if (dueTime >= TimeSpan.Zero)
        {
            _next = simulator.Schedule(dueTime, process, Fire);
        }

        return true;
    }

    public void Dispose()
    {
        simulator.RequireThread("a timer's end");
        _disposed = true;
        Stop();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Fire()
    {
        _next = _period > TimeSpan.Zero ? simulator.Schedule(_period, process, Fire) : null;
        callback(state);
    }

    private void Stop()
    {
        if (_next is not null)
        {
            Simulator.Cancel(_next);
            _next = null;
        }
    }
}
