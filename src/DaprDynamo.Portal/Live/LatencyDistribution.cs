namespace DaprDynamo.Portal.Live;

/// <summary>How many operations took how long. Those of several nodes and of several spans of time add up, so that percentiles of the whole can be told.</summary>
public sealed class LatencyDistribution
{
    private readonly Bucket[] _buckets;

    private LatencyDistribution(Bucket[] buckets)
    {
        _buckets = buckets;
        Count = buckets.Sum(bucket => bucket.Count);
    }

    /// <summary>Nothing was counted.</summary>
    public static LatencyDistribution Empty { get; } = new([]);

    /// <summary>How many operations were counted.</summary>
    public long Count { get; }

    /// <summary>Makes a distribution of counts by duration, in any order.</summary>
    /// <param name="buckets">What operations of one bucket took at most, in milliseconds, and how many there were.</param>
    public static LatencyDistribution Of(IEnumerable<(double UpToMs, long Count)> buckets)
    {
        ArgumentNullException.ThrowIfNull(buckets);
        var sums = new Dictionary<double, long>();
        foreach (var (upToMs, count) in buckets)
        {
            sums[upToMs] = sums.GetValueOrDefault(upToMs) + count;
        }

        // A count that went down is one of a node's earlier life; it is not worth a negative percentile.
        return sums.Count == 0 ? Empty : new([.. sums.Where(sum => sum.Value > 0).OrderBy(sum => sum.Key).Select(sum => new Bucket(sum.Key, sum.Value))]);
    }

    /// <summary>All of them together.</summary>
    public static LatencyDistribution Sum(IEnumerable<LatencyDistribution> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Of(parts.SelectMany(part => part._buckets.Select(bucket => (bucket.UpToMs, bucket.Count))));
    }

    /// <summary>What came since an earlier count.</summary>
    public LatencyDistribution Since(LatencyDistribution earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Of(_buckets.Select(bucket => (bucket.UpToMs, bucket.Count)).Concat(earlier._buckets.Select(bucket => (bucket.UpToMs, -bucket.Count))));
    }

    /// <summary>The duration that a share of the operations did not exceed, in milliseconds; null when there were none.</summary>
    /// <param name="share">0 to 1: 0.99 for the 99th percentile.</param>
    public double? PercentileMs(double share)
    {
        var left = Math.Max(1, (long)Math.Ceiling(Count * share));
        foreach (var bucket in _buckets)
        {
            left -= bucket.Count;
            if (left <= 0)
            {
                return bucket.UpToMs;
            }
        }

        return null;
    }

    private readonly record struct Bucket(double UpToMs, long Count);
}
