namespace DaprDynamo.Simulation.Time;

/// <summary>
/// One life of one program: all its code runs under this synchronization context, so whatever it awaits comes back here
/// as an event. Ending the process drops its posts, timers and completions that are still to come: that is a crash.
/// </summary>
internal sealed class SimulatedProcess(Simulator simulator, string name) : SynchronizationContext
{
    private readonly List<ScheduledEvent> _held = [];

    internal string Name { get; } = name;

    internal bool IsAlive { get; private set; } = true;

    internal bool IsPaused { get; private set; }

    /// <summary>Posts, timers and completions that are still to come: what a leak would make grow.</summary>
    internal int PendingEvents { get; set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        // Thrown on a thread of the pool, an exception would end everything: the seed fails, and what strayed is dropped.
        if (simulator.IsOnThread($"a continuation of {Name}"))
        {
            simulator.Schedule(TimeSpan.Zero, this, d, state);
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        simulator.RequireInside(this, "a callback");
        d(state);
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Ends the process on the spot.</summary>
    internal void Kill()
    {
        IsAlive = false;
        _held.Clear();
    }

    /// <summary>Freezes the process: nothing is lost, and nothing happens until it goes on.</summary>
    internal void Pause() => IsPaused = true;

    /// <summary>Lets everything that was held back happen now, in its old order.</summary>
    internal void Resume()
    {
        IsPaused = false;
        foreach (var held in _held)
        {
            simulator.ScheduleAgain(held);
        }

        _held.Clear();
    }

    internal void Hold(ScheduledEvent scheduled) => _held.Add(scheduled);
}
