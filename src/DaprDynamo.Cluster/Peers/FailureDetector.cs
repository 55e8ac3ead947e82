using System.Collections.Concurrent;

namespace DaprDynamo.Cluster.Peers;

/// <summary>
/// This node's own verdict on its peers, from how requests and heartbeats went: who is not to be asked for the time being,
/// and how long an answer usually takes, which tells when to hedge. It never changes the ring.
/// <para>
/// Each failure adds to a peer's suspicion and any answer clears it. A refused connection is proof enough; one answer that
/// did not come may have been lost on the way, a second makes the peer a suspect. A suspect gets heartbeats and nothing
/// else, so it costs no request anything, and is used again with the first heartbeat it answers.
/// </para>
/// </summary>
internal sealed class FailureDetector(TimeProvider time, TimeSpan hedgeDelayMin, TimeSpan hedgeDelayMax)
{
    private const double SuspicionMax = 1;
    private const double SuspicionOfSilence = 0.5;

    private readonly ConcurrentDictionary<string, PeerState> _peers = new(StringComparer.Ordinal);

    /// <summary>The longest wait before a slow peer is hedged.</summary>
    internal TimeSpan HedgeDelayMax => hedgeDelayMax;

    /// <summary>Whether the peer is not to be asked for the time being.</summary>
    internal bool IsSuspect(string nodeId) => StateOf(nodeId).Suspicion >= SuspicionMax;

    /// <summary>Since when the peer has been a suspect; null when it is none.</summary>
    internal TimeSpan? SuspectFor(string nodeId) =>
        StateOf(nodeId) is { SuspectSince: { } since } ? time.GetElapsedTime(since) : null;

    /// <summary>Takes note of how a request went; of one that never left this node there is nothing to note.</summary>
    /// <param name="nodeId">The peer.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="startedAt">When it was asked, a timestamp.</param>
    internal void Observe(string nodeId, PeerAnswer answer, long startedAt)
    {
        if (answer is PeerFailure { WasNeverSent: true })
        {
            return;
        }

        var seen = new Observation(answer, startedAt, time.GetTimestamp(), time.GetElapsedTime(startedAt).TotalMilliseconds);
        _peers.AddOrUpdate(nodeId, static (_, seen) => PeerState.Unknown.After(seen), static (_, state, seen) => state.After(seen), seen);
    }

    /// <summary>
    /// How long to wait for the peer to answer a read before another is asked as well: its usual time and four times its usual
    /// deviation, as TCP sets its retransmission timer (RFC 6298), within the limits.
    /// </summary>
    internal TimeSpan HedgeDelay(string nodeId)
    {
        var usual = StateOf(nodeId);
        var delay = TimeSpan.FromMilliseconds(usual.MeanMs + (4 * usual.DeviationMs));
        return delay < hedgeDelayMin ? hedgeDelayMin : delay > hedgeDelayMax ? hedgeDelayMax : delay;
    }

    private PeerState StateOf(string nodeId) => _peers.GetValueOrDefault(nodeId, PeerState.Unknown);

    private readonly record struct Observation(PeerAnswer Answer, long StartedAt, long EndedAt, double TookMs);

    private sealed record PeerState(double MeanMs, double DeviationMs, double Suspicion, long? SuspectSince, long LastAnswerAt)
    {
        // Before anything is known, as patient as a busy but healthy peer deserves.
        public static readonly PeerState Unknown = new(MeanMs: 20, DeviationMs: 20, Suspicion: 0, SuspectSince: null, LastAnswerAt: long.MinValue);

        public PeerState After(Observation seen)
        {
            if (seen.Answer is PeerFailure { Kind: PeerFailureKind.Unreachable or PeerFailureKind.NoAnswer } failure)
            {
                // What was asked before the last answer says nothing of the peer as it is now.
                var adds = seen.StartedAt < LastAnswerAt ? 0 : failure.Kind == PeerFailureKind.Unreachable ? SuspicionMax : SuspicionOfSilence;
                var suspicion = Math.Min(SuspicionMax, Suspicion + adds);
                return this with { Suspicion = suspicion, SuspectSince = suspicion < SuspicionMax ? null : SuspectSince ?? seen.EndedAt };
            }

            // Only reads are timed: they are what is hedged by the usual time, and all of them take about as long.
            var off = seen.Answer is ReplicaRead ? seen.TookMs - MeanMs : 0;
            var deviation = seen.Answer is ReplicaRead ? DeviationMs + ((Math.Abs(off) - DeviationMs) / 4) : DeviationMs;
            return new(MeanMs + (off / 8), deviation, Suspicion: 0, SuspectSince: null, LastAnswerAt: seen.EndedAt);
        }
    }
}
