using System.Collections.Concurrent;

namespace DaprDynamo.Cluster.Peers;

/// <summary>What the peers last said of their clocks, and what to echo to them.</summary>
internal sealed class PeerClocks(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Reading> _readings = new(StringComparer.Ordinal);

    internal void Heard(string nodeId, ClockEcho clock) => _readings[nodeId] = new Reading(clock, time.GetTimestamp());

    /// <summary>
    /// A reading that the peer's clock had certainly reached by a moment of this node's clock: never too late, so that the
    /// peer never takes what it should refuse. Null when the peer has not been heard of, or not for as long as this.
    /// </summary>
    /// <param name="nodeId">The peer.</param>
    /// <param name="moment">The moment, a timestamp of this node.</param>
    /// <param name="oldest">How long ago the peer may have been heard.</param>
    internal ClockEcho? EchoAt(string nodeId, long moment, TimeSpan oldest)
    {
        if (!_readings.TryGetValue(nodeId, out var reading) || time.GetElapsedTime(reading.HeardAt) > oldest)
        {
            return null;
        }

        // Heard after the moment: then the peer's clock showed less at the moment, by no more than has passed here since.
        var since = reading.HeardAt > moment ? Math.Ceiling(time.GetElapsedTime(moment, reading.HeardAt).TotalMilliseconds) : 0;
        return reading.Clock with { ClockMs = reading.Clock.ClockMs - (long)since };
    }

    private sealed record Reading(ClockEcho Clock, long HeardAt);
}
