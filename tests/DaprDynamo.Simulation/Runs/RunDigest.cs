namespace DaprDynamo.Simulation.Runs;

/// <summary>
/// A hash over everything that happened in a run, in its order (FNV-1a, 64 bits): two runs of one seed must agree.
/// Not .NET's own hash codes: those of strings differ from process to process.
/// </summary>
internal sealed class RunDigest
{
    private const ulong Prime = 1099511628211;

    internal ulong Value { get; private set; } = 14695981039346656037;

    internal void Add(long number)
    {
        var left = (ulong)number;
        for (var i = 0; i < sizeof(ulong); i++, left >>= 8)
        {
            Value = (Value ^ (left & 0xff)) * Prime;
        }
    }

    internal void Add(string text)
    {
        foreach (var letter in text)
        {
            Value = (Value ^ letter) * Prime;
        }
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            Value = (Value ^ value) * Prime;
        }
    }
}
