using System.Collections.Immutable;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Live;

/// <summary>The latest of what happened in the cluster besides requests, the oldest first. Safe to use from many threads.</summary>
public sealed class EventLog
{
    private const int Capacity = 500;

    // Nodes learn of a change one after the other.
    private static readonly TimeSpan SameChangeWithin = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private volatile State _state = new([], 0);

    /// <summary>The events kept.</summary>
    public IReadOnlyList<ClusterEvent> Current => _state.Events;

    /// <summary>Grows with every event.</summary>
    public long Version => _state.Version;

    /// <summary>Takes note of what a node tells. That a member's record has changed is told by every node and kept once.</summary>
    public void Add(string nodeId, TelemetryEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        lock (_lock)
        {
            var (events, version) = _state;
            if (happened is MemberEvent changed && events.Any(known => IsSame(known, changed)))
            {
                return;
            }

            var next = events.Add(new ClusterEvent(version + 1, nodeId, happened));
            _state = new(next.Count > Capacity ? next.RemoveAt(0) : next, version + 1);
        }
    }

    private static bool IsSame(ClusterEvent known, MemberEvent changed) =>
        known.Happened is MemberEvent member
        && (member.At - changed.At).Duration() < SameChangeWithin
        && (member.NodeId, member.State, member.Phase, member.IsRemoved) == (changed.NodeId, changed.State, changed.Phase, changed.IsRemoved);

    private sealed record State(ImmutableList<ClusterEvent> Events, long Version);
}

/// <summary>Something that happened in the cluster.</summary>
/// <param name="Id">Grows from event to event.</param>
/// <param name="NodeId">The node that tells of it.</param>
/// <param name="Happened">What it was.</param>
public sealed record ClusterEvent(long Id, string NodeId, TelemetryEvent Happened);
