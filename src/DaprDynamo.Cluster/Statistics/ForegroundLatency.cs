namespace DaprDynamo.Cluster.Statistics;

/// <summary>
/// Tells whether clients have to wait longer than they would on an idle node, by how long this node takes for its part in their
/// reads and writes. Work in the background that can wait rests longer then. Safe to use from many threads.
/// </summary>
internal sealed class ForegroundLatency(TimeProvider time)
{
    private readonly Series _reads = new(time);
    private readonly Series _writes = new(time);

    /// <summary>How many times as long as usual to rest: 1 when clients do not wait, or there are none, up to 8.</summary>
    internal double Slowdown => Math.Max(_reads.Slowdown, _writes.Slowdown);

    /// <summary>Takes note of how long a read for a client took here.</summary>
    internal void AddRead(TimeSpan took) => _reads.Add(took);

    /// <summary>Takes note of how long a write for a client took here.</summary>
    internal void AddWrite(TimeSpan took) => _writes.Add(took);

    private sealed class Series(TimeProvider time)
    {
        private const double SlowdownMax = 8;

        /// <summary>How many times as slow as at its best a node may be without being called slow.</summary>
        private const double Tolerance = 4;

        // One in sixteen: a single slow answer says little, a dozen say enough.
        private const double Weight = 1.0 / 16;

        private static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(2);

        private readonly Lock _lock = new();
        private double _recentMs;
        private double _quickMs = double.MaxValue;
        private long? _toldAt;

        internal double Slowdown
        {
            get
            {
                lock (_lock)
                {
                    return IsSilent ? 1 : Math.Clamp(_recentMs / (Tolerance * _quickMs), 1, SlowdownMax);
                }
            }
        }

        private bool IsSilent => _toldAt is not { } told || time.GetElapsedTime(told) > ForgetAfter;

        internal void Add(TimeSpan took)
        {
            var tookMs = Math.Max(took.TotalMilliseconds, 0.1);
            lock (_lock)
            {
                _recentMs = IsSilent ? tookMs : _recentMs + ((tookMs - _recentMs) * Weight);
                // Forgets its best slowly: one lucky answer must not make all others look slow for ever.
                _quickMs = Math.Min(_recentMs, _quickMs * 1.001);
                _toldAt = time.GetTimestamp();
            }
        }
    }
}
