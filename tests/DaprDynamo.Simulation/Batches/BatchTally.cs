using System.Collections.Immutable;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Batches;

/// <summary>A seed that did not pass.</summary>
internal sealed record FailedSeed(long Seed, string Violation, int Violations);

/// <summary>What a batch of runs amounts to. Runs are added by many threads.</summary>
internal sealed class BatchTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _operations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _mishaps = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _engines = new(StringComparer.Ordinal);
    private readonly FaultCounts _faults = new();
    private volatile ImmutableList<FailedSeed> _failures = [];

    internal int Seeds { get; private set; }

    internal int Repeated { get; private set; }

    internal TimeSpan SimulatedTime { get; private set; }

    internal long Events { get; private set; }

    /// <summary>The digests of all seeds, taken together regardless of their order: the same in every process.</summary>
    internal ulong Digest { get; private set; }

    internal IReadOnlyDictionary<string, long> Operations => _operations;

    internal IReadOnlyDictionary<string, long> Mishaps => _mishaps;

    internal IReadOnlyDictionary<string, long> Engines => _engines;

    /// <summary>How much was held against the invariants that do not bind every run.</summary>
    internal JudgedCounts Judged { get; private set; } = JudgedCounts.None;

    internal IReadOnlyList<FailedSeed> Failures => [.. _failures.OrderBy(failure => failure.Seed)];

    internal int FailureCount => _failures.Count;

    internal void Add(RunResult result, RunResult? again)
    {
        lock (_lock)
        {
            Seeds++;
            SimulatedTime += result.SimulatedTime;
            Events += result.Events;
            Digest ^= result.Digest;
            Judged = Judged.Plus(result.Judged);
            _faults.Add(result.Faults);
            AddMishaps(result);
            foreach (var (name, count) in result.Engines)
            {
                Add(_engines, name, count);
            }

            foreach (var (name, count) in result.Changes)
            {
                Add(_mishaps, $"ring: {name}", count);
            }

            foreach (var (status, count) in result.Operations)
            {
                Add(_operations, NameOf(status), count);
            }

            if (again is not null)
            {
                Repeated++;
                if (again.Digest != result.Digest)
                {
                    _failures = _failures.Add(new(result.Options.Seed, $"Run twice, it went differently: {result.Digest:x16} and {again.Digest:x16}.", 1));
                }
            }

            if (!result.Passed)
            {
                _failures = _failures.Add(new(result.Options.Seed, result.Violations[0], result.Violations.Count));
            }
        }
    }

    private static string NameOf(OperationStatus? status) => status?.ToString() ?? "NeverHeard";

    private static void Add(SortedDictionary<string, long> counts, string name, long count) => counts[name] = counts.GetValueOrDefault(name) + count;

    private void AddMishaps(RunResult result)
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            Add(_mishaps, kind.ToString(), result.Faults[kind]);
        }

        Add(_mishaps, "message cut", result.Network.Cut);
        Add(_mishaps, "message lost", result.Network.Lost);
        Add(_mishaps, "message doubled", result.Network.Duplicated);
        Add(_mishaps, "message doubled late", result.Network.LateDuplicates);
        Add(_mishaps, "message refused by a full line", result.Network.Overloads);
        Add(_mishaps, "message very slow", result.Network.Stragglers);
        Add(_mishaps, "change lost in a crash", result.Disks.ChangesLostInCrashes);
        Add(_mishaps, "change kept, never acknowledged", result.Disks.ChangesKeptUnacknowledged);
        Add(_mishaps, "change refused by a full disk", result.Disks.RefusedFull);
        Add(_mishaps, "change refused by a busy store", result.Disks.RefusedBusy);
        Add(_mishaps, "damage found", result.Disks.DamageFound);
    }
}
