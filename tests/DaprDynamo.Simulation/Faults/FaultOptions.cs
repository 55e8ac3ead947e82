namespace DaprDynamo.Simulation.Faults;

/// <summary>The kinds of mishaps.</summary>
internal enum FaultKind
{
    Crash,
    CrashSeveral,
    CrashAll,
    CrashWhileWriting,
    DiskLost,
    BitRot,
    DiskFull,
    DiskSlow,
    CutBothWays,
    CutOneWay,
    LossyNetwork,
    SlowNode,
    ClockJump,
    Pause,
}

/// <summary>Which mishaps a run has, and how often. Drawn once a run.</summary>
/// <param name="Kinds">Those that may happen.</param>
/// <param name="Interval">How long it takes from one to the next, on the mean.</param>
/// <param name="DurationMax">How long one may last.</param>
/// <param name="IsNetworkUnreliable">Whether messages are lost and doubled throughout the run's first part.</param>
internal sealed record FaultOptions(IReadOnlyList<FaultKind> Kinds, TimeSpan Interval, TimeSpan DurationMax, bool IsNetworkUnreliable)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"FaultOptions {{ every {Interval}, for up to {DurationMax}, network {(IsNetworkUnreliable ? "unreliable" : "reliable")}: {string.Join(", ", Kinds)} }}";
}
