namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>
/// Keeps work in the background from crowding out clients: after each step it rests for as long as the step took, and
/// longer when a step took much longer than the quickest of late, since then the disk or the peer is busy with something
/// that matters more. For one loop, not for many at once.
/// </summary>
internal sealed class Pace(TimeProvider time)
{
    private static readonly TimeSpan RestMax = TimeSpan.FromSeconds(2);

    private double _quickMs = double.MaxValue;

    /// <summary>Rests after a step.</summary>
    /// <param name="stepStartedAt">When the step began, a timestamp.</param>
    /// <param name="stopping">Ends the rest.</param>
    /// <param name="slowdown">How many times as long to rest because clients wait, 1 or more.</param>
    internal Task RestAfterAsync(long stepStartedAt, CancellationToken stopping, double slowdown = 1) =>
        Task.Delay(AtMost(RestAfter(time.GetElapsedTime(stepStartedAt)) * slowdown), time, stopping);

    /// <summary>How long to rest after a step that took so long.</summary>
    internal TimeSpan RestAfter(TimeSpan took)
    {
        var tookMs = Math.Max(took.TotalMilliseconds, 0.1);
        // Forgets the quickest step slowly, or one lucky step would slow the work down for ever.
        _quickMs = Math.Min(tookMs, _quickMs * 1.02);
        var slowedDown = Math.Clamp(tookMs / (4 * _quickMs), 1, 8);
        return AtMost(TimeSpan.FromMilliseconds(tookMs * slowedDown));
    }

    private static TimeSpan AtMost(TimeSpan rest) => rest < RestMax ? rest : RestMax;
}
