using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DaprDynamo.Benchmarks.Load;

/// <summary>Counts what a load saw: answers by status, and how long each took.</summary>
internal sealed class Tally
{
    /// <summary>Stands for requests that got no answer at all.</summary>
    public const int NoAnswer = 0;

    private readonly ConcurrentDictionary<int, long> _byStatus = new();
    private readonly ConcurrentBag<List<long>> _ticks = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan? _took;

    /// <summary>Counts an answer.</summary>
    public void Count(int status) => _byStatus.AddOrUpdate(status, 1, static (_, count) => count + 1);

    /// <summary>A list that one client fills with how long its requests took.</summary>
    public List<long> NewLatencies()
    {
        var ticks = new List<long>();
        _ticks.Add(ticks);
        return ticks;
    }

    /// <summary>Stops the clock.</summary>
    public void Stop() => _took ??= Stopwatch.GetElapsedTime(_started);

    /// <summary>Requests that were measured.</summary>
    public int Requests => _ticks.Sum(ticks => ticks.Count);

    /// <summary>Requests a second.</summary>
    public double PerSecond => Requests / (_took ?? Stopwatch.GetElapsedTime(_started)).TotalSeconds;

    /// <summary>How many requests came without a success.</summary>
    public long Failures => _byStatus.Where(pair => pair.Key is < 200 or >= 300).Sum(pair => pair.Value);

    /// <inheritdoc/>
    public override string ToString()
    {
        var sorted = _ticks.SelectMany(ticks => ticks).Order().ToArray();
        var statuses = _byStatus.OrderBy(pair => pair.Key).Select(pair => $"{(pair.Key == NoAnswer ? "no answer" : pair.Key)}: {pair.Value}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Length:N0} requests, {PerSecond:N0}/s, p50 {At(sorted, 0.50):0.00} ms, p99 {At(sorted, 0.99):0.00} ms, by status {{{string.Join(", ", statuses)}}}");
    }

    private static double At(long[] sorted, double part) =>
        sorted.Length == 0 ? 0 : sorted[(int)(part * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency;
}
