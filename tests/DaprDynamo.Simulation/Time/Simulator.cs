using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Time;

/// <summary>
/// The world of one run: its time, its events, and the one thread on which everything in it happens. Whatever breaks the
/// rules of that world (code on another thread, an endless loop, an exception nobody caught) is a failure of the seed.
/// </summary>
internal sealed class Simulator(RunTrace trace)
{
    // No event of a sound program reads the clock so often: it is waiting for time that cannot pass meanwhile.
    private const int ClockReadsMaxPerEvent = 100_000;

    private readonly EventQueue _queue = new();
    private readonly int _threadId = Environment.CurrentManagedThreadId;
    private readonly Lock _failureLock = new();
    private readonly List<string> _failures = [];
    private volatile bool _failed;
    private int _clockReads;

    internal RunTrace Trace { get; } = trace;

    internal RunDigest Digest { get; } = new();

    /// <summary>How long the world has existed, in ticks of 100 ns.</summary>
    internal long NowTicks { get; private set; }

    internal TimeSpan Now => TimeSpan.FromTicks(NowTicks);

    internal long EventsRun { get; private set; }

    /// <summary>What broke the rules, the first before all others.</summary>
    internal IReadOnlyList<string> Failures => _failures;

    internal bool HasFailed => _failed;

    internal ScheduledEvent Schedule(TimeSpan delay, SimulatedProcess? process, SendOrPostCallback callback, object? state = null)
    {
        var scheduled = new ScheduledEvent(NowTicks + Math.Max(0, delay.Ticks), process, callback, state);
        if (process is { IsAlive: false })
        {
            scheduled.IsOver = true;
            return scheduled;
        }

        process?.PendingEvents += 1;
        _queue.Add(scheduled);
        return scheduled;
    }

    internal ScheduledEvent Schedule(TimeSpan delay, SimulatedProcess? process, Action action) =>
        Schedule(delay, process, static act => ((Action)act!)(), action);

    /// <summary>Lets an event that was held back happen now.</summary>
    internal void ScheduleAgain(ScheduledEvent held)
    {
        if (!held.IsOver)
        {
            held.DueTicks = NowTicks;
            _queue.Add(held);
        }
    }

    internal static void Cancel(ScheduledEvent scheduled)
    {
        if (!scheduled.IsOver)
        {
            scheduled.IsOver = true;
            scheduled.Process?.PendingEvents -= 1;
        }
    }

    /// <summary>Lets time pass until the condition holds; false when it does not within the time, or the seed has failed.</summary>
    internal bool RunUntil(Func<bool> condition, TimeSpan within, long eventsMax)
    {
        var endTicks = NowTicks + within.Ticks;
        while (!_failed && !condition())
        {
            if (EventsRun >= eventsMax)
            {
                Fail($"The run did not end within {eventsMax} events.");
            }
            else if (_queue.TryTake(endTicks, out var next))
            {
                NowTicks = next.DueTicks;
                Run(next);
            }
            else
            {
                NowTicks = endTicks;
                return condition();
            }
        }

        return !_failed;
    }

    internal void RunFor(TimeSpan time, long eventsMax) => RunUntil(static () => false, time, eventsMax);

    internal void Fail(string what)
    {
        // Also called by code that strayed to another thread: that is what most needs to be told.
        lock (_failureLock)
        {
            _failures.Add(what);
        }

        _failed = true;
        if (Environment.CurrentManagedThreadId == _threadId)
        {
            Trace.Write(NowTicks, "simulator", $"FAILED: {what}");
        }
    }

    /// <summary>Fails the seed when the caller is not on the simulation's thread.</summary>
    internal bool IsOnThread(string what)
    {
        if (Environment.CurrentManagedThreadId == _threadId)
        {
            return true;
        }

        Fail($"Engine code left the simulation's thread: {what}.{OwnFrames()}");
        return false;
    }

    /// <summary>Fails the seed, and the call, when the caller is not on the simulation's thread.</summary>
    internal void RequireThread(string what)
    {
        if (!IsOnThread(what))
        {
            throw new InvalidOperationException("Engine code left the simulation's thread.");
        }
    }

    /// <summary>Fails the seed when the caller is not code of the process.</summary>
    internal void RequireInside(SimulatedProcess process, string what)
    {
        RequireThread(what);
        if (!ReferenceEquals(SynchronizationContext.Current, process) || !process.IsAlive)
        {
            var message = $"{what} of {process.Name} was called by {(SynchronizationContext.Current as SimulatedProcess)?.Name ?? "nobody"}, "
                + $"{(process.IsAlive ? "from outside its context" : "after its death")}.{OwnFrames()}";
            Fail(message);
            throw new InvalidOperationException(message);
        }
    }

    internal void CountClockRead()
    {
        RequireThread("a read of the clock");
        if (++_clockReads > ClockReadsMaxPerEvent)
        {
            var message = $"Code waits for time to pass without letting it pass.{OwnFrames()}";
            Fail(message);
            throw new InvalidOperationException(message);
        }
    }

    /// <summary>Who called whom, without the frames of the runtime, which are most of them and tell nothing.</summary>
    private static string OwnFrames() => string.Join(
        Environment.NewLine,
        Environment.StackTrace.Split(Environment.NewLine)
            .Where(frame => frame.Contains("DaprDynamo.", StringComparison.Ordinal) && !frame.Contains(nameof(Simulator) + ".", StringComparison.Ordinal))
            .Prepend(""));

    private void Run(ScheduledEvent next)
    {
        var process = next.Process;
        if (process is { IsAlive: false })
        {
            next.IsOver = true;
            return;
        }

        if (process is { IsPaused: true })
        {
            process.Hold(next);
            return;
        }

        process?.PendingEvents -= 1;
        EventsRun++;
        _clockReads = 0;
        next.IsOver = true;
        SynchronizationContext.SetSynchronizationContext(process);
        try
        {
            next.Callback(next.State);
        }
        catch (Exception unhandled)
        {
            Fail($"An event of {process?.Name ?? "the world"} threw: {unhandled}");
        }
    }
}
