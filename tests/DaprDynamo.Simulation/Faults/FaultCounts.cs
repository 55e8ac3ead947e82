namespace DaprDynamo.Simulation.Faults;

/// <summary>How many mishaps of each kind there were.</summary>
internal sealed class FaultCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];

    internal long this[FaultKind kind] => _counts[(int)kind];

    internal void Add(FaultKind kind) => _counts[(int)kind]++;

    internal void Add(FaultCounts other)
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            _counts[(int)kind] += other[kind];
        }
    }
}
