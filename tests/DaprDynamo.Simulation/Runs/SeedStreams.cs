namespace DaprDynamo.Simulation.Runs;

/// <summary>
/// The random numbers of a run: one stream for each of its parts, all drawn from the seed, so that a change in what one
/// part draws leaves the others' numbers as they were.
/// </summary>
internal sealed class SeedStreams(long seed)
{
    internal Random Open(string name)
    {
        var digest = new RunDigest();
        digest.Add(seed);
        digest.Add(name);
        var mixed = digest.Value;

        // FNV's low bits of near inputs lie near each other: one round of SplitMix64's finish spreads them.
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return new Random((int)((mixed ^ (mixed >> 31)) & int.MaxValue));
    }
}

/// <summary>Draws the kinds of values a simulation needs.</summary>
internal static class RandomDraws
{
    internal static bool Chance(this Random random, double probability) => probability > 0 && random.NextDouble() < probability;

    internal static TimeSpan Between(this Random random, TimeSpan min, TimeSpan max) =>
        TimeSpan.FromTicks(min.Ticks + (long)(random.NextDouble() * (max.Ticks - min.Ticks)));

    internal static TimeSpan BetweenMs(this Random random, double minMs, double maxMs) =>
        random.Between(TimeSpan.FromMilliseconds(minMs), TimeSpan.FromMilliseconds(maxMs));

    internal static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>A time whose mean is given, as between independent mishaps.</summary>
    internal static TimeSpan Exponential(this Random random, TimeSpan mean) =>
        TimeSpan.FromTicks((long)(-Math.Log(1 - random.NextDouble()) * mean.Ticks));
}
