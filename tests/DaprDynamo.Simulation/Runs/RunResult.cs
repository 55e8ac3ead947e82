using DaprDynamo.Cluster.Operations;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Network;

namespace DaprDynamo.Simulation.Runs;

/// <summary>What came of one run.</summary>
internal sealed record RunResult(RunOptions Options)
{
    /// <summary>What was wrong, the first before all others; none when the seed passes.</summary>
    internal required IReadOnlyList<string> Violations { get; init; }

    /// <summary>A hash over everything that happened: the same whenever the seed is run.</summary>
    internal required ulong Digest { get; init; }

    internal required TimeSpan SimulatedTime { get; init; }

    internal required long Events { get; init; }

    /// <summary>The clients' operations by outcome; null counts those never heard of.</summary>
    internal required IReadOnlyList<(OperationStatus? Status, int Count)> Operations { get; init; }

    internal required FaultCounts Faults { get; init; }

    internal required NetworkCounts Network { get; init; }

    internal required DiskCounts Disks { get; init; }

    /// <summary>What the engines did, by name.</summary>
    internal required IReadOnlyDictionary<string, long> Engines { get; init; }

    /// <summary>The changes of the ring that were set going, by kind.</summary>
    internal IReadOnlyDictionary<string, long> Changes { get; init; } = new Dictionary<string, long>();

    /// <summary>How much there was for those checkers that bind only some runs.</summary>
    internal JudgedCounts Judged { get; init; } = JudgedCounts.None;

    internal bool Passed => Violations.Count == 0;
}
