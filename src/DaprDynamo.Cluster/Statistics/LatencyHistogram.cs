using System.Numerics;

namespace DaprDynamo.Cluster.Statistics;

/// <summary>
/// Counts durations in buckets that grow with the duration, sixteen to each doubling, so that a percentile is within
/// 7 % of the truth from a microsecond to an hour at a fixed cost. Safe to use from many threads.
/// </summary>
public sealed class LatencyHistogram
{
    private const int BucketsPerDoublingLog2 = 4;
    private const int BucketsPerDoubling = 1 << BucketsPerDoublingLog2;
    private const int DoublingsMax = 32;

    private readonly long[] _buckets = new long[(DoublingsMax + 1) * BucketsPerDoubling];
    private long _count;

    /// <summary>How many durations were counted.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts one duration.</summary>
    public void Record(TimeSpan duration)
    {
        Interlocked.Increment(ref _buckets[BucketOf((ulong)Math.Max(0, duration.TotalMicroseconds))]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The duration that a share of the counted ones did not exceed, in milliseconds; 0 when none was counted.</summary>
    /// <param name="share">0 to 1: 0.99 for the 99th percentile.</param>
    public double PercentileMs(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var left = (long)Math.Ceiling(Count * share);
        for (var bucket = 0; bucket < _buckets.Length && left > 0; bucket++)
        {
            left -= Interlocked.Read(ref _buckets[bucket]);
            if (left <= 0)
            {
                return UpperBoundMicroseconds(bucket) / 1000.0;
            }
        }

        return 0;
    }

    /// <summary>The buckets that something fell into, the shortest durations first: how long those in it took at most, in milliseconds, and how many there are.</summary>
    public IEnumerable<(double UpToMs, long Count)> ReadBuckets()
    {
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            if (Interlocked.Read(ref _buckets[bucket]) is > 0 and var count)
            {
                yield return (UpperBoundMicroseconds(bucket) / 1000.0, count);
            }
        }
    }

    private static int BucketOf(ulong microseconds)
    {
        if (microseconds < BucketsPerDoubling)
        {
            return (int)microseconds;
        }

        var doubling = BitOperations.Log2(microseconds) - BucketsPerDoublingLog2;
        var within = (int)(microseconds >> doubling) - BucketsPerDoubling;
        return Math.Min(((doubling + 1) * BucketsPerDoubling) + within, ((DoublingsMax + 1) * BucketsPerDoubling) - 1);
    }

    private static double UpperBoundMicroseconds(int bucket)
    {
        var (doubling, within) = Math.DivRem(bucket, BucketsPerDoubling);
        return doubling == 0 ? within : (BucketsPerDoubling + within + 1) * Math.Pow(2, doubling - 1);
    }
}
