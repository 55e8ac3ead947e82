namespace DaprDynamo.Simulation.Time;

/// <summary>Something that is to happen at a simulated moment.</summary>
internal sealed class ScheduledEvent(long dueTicks, SimulatedProcess? process, SendOrPostCallback callback, object? state)
{
    internal long DueTicks { get; set; } = dueTicks;

    /// <summary>The process whose code this is; null for what the world itself does, such as carrying a message.</summary>
    internal SimulatedProcess? Process { get; } = process;

    internal SendOrPostCallback Callback { get; } = callback;

    internal object? State { get; } = state;

    /// <summary>Whether it has happened, was called off, or died with its process.</summary>
    internal bool IsOver { get; set; }
}
