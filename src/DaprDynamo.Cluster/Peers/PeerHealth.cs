using System.Collections.Concurrent;

namespace DaprDynamo.Cluster.Peers;

/// <summary>
/// How the peers have been answering: who is to be asked last because it just failed, and how long an answer usually
/// takes, which tells when to hedge. A node's own view; it never changes the ring.
/// </summary>
public sealed class PeerHealth(TimeProvider time, TimeSpan hedgeDelayMin, TimeSpan hedgeDelayMax)
{
    // Long enough that a dead peer is not asked first by every request, short enough that a restarted one is soon used again.
    private static readonly TimeSpan SuspicionLasts = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, PeerState> _peers = new(StringComparer.Ordinal);

    /// <summary>Whether the peer failed lately.</summary>
    public bool IsSuspect(string nodeId) =>
        _peers.TryGetValue(nodeId, out var peer) && peer.FailedAt is { } failedAt && time.GetElapsedTime(failedAt) < SuspicionLasts;

    /// <summary>Takes note of how a request went.</summary>
    public void Observe(string nodeId, PeerAnswer answer, TimeSpan took)
    {
        var failed = answer is PeerFailure { Kind: PeerFailureKind.Unreachable or PeerFailureKind.NoAnswer };
        _peers.AddOrUpdate(
            nodeId,
            static (_, seen) => PeerState.Unknown.After(seen),
            static (_, state, seen) => state.After(seen),
            new Observation(took.TotalMilliseconds, failed ? time.GetTimestamp() : null));
    }

    /// <summary>
    /// How long to wait for the peer before another is asked as well: its usual time and four times its usual
    /// deviation, as TCP sets its retransmission timer (RFC 6298), within the limits.
    /// </summary>
    public TimeSpan HedgeDelay(string nodeId)
    {
        var usual = _peers.GetValueOrDefault(nodeId, PeerState.Unknown);
        var delay = TimeSpan.FromMilliseconds(usual.MeanMs + (4 * usual.DeviationMs));
        return delay < hedgeDelayMin ? hedgeDelayMin : delay > hedgeDelayMax ? hedgeDelayMax : delay;
    }

    private readonly record struct Observation(double TookMs, long? FailedAt);

    private sealed record PeerState(double MeanMs, double DeviationMs, long? FailedAt)
    {
        // Before anything is known, as patient as a busy but healthy peer deserves.
        public static readonly PeerState Unknown = new(MeanMs: 20, DeviationMs: 20, FailedAt: null);

        public PeerState After(Observation seen)
        {
            if (seen.FailedAt is not null)
            {
                return this with { FailedAt = seen.FailedAt };
            }

            var off = Math.Abs(seen.TookMs - MeanMs);
            return new(MeanMs + ((seen.TookMs - MeanMs) / 8), DeviationMs + ((off - DeviationMs) / 4), FailedAt: null);
        }
    }
}
