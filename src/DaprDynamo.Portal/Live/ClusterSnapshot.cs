using System.Collections.Immutable;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Nodes;

namespace DaprDynamo.Portal.Live;

/// <summary>The cluster as the portal knows it at one moment.</summary>
public sealed record ClusterSnapshot
{
    /// <summary>What is known before any node has answered.</summary>
    public static ClusterSnapshot Empty { get; } = new();

    /// <summary>The ring; null as long as no node has told it.</summary>
    public RingResponse? Ring { get; init; }

    /// <summary>The members, those that have left among them, as the node sees them that was asked last; null as long as none has told.</summary>
    public MembersResponse? Members { get; init; }

    /// <summary>The nodes that the portal follows, by their ids.</summary>
    public ImmutableSortedDictionary<string, NodeSnapshot> Nodes { get; init; } =
        ImmutableSortedDictionary.Create<string, NodeSnapshot>(StringComparer.Ordinal);

    /// <summary>Why the portal cannot tell how the cluster stands, in a sentence; null when it can.</summary>
    public string? Trouble { get; init; }

    /// <summary>The nodes that answer the portal, best asked first.</summary>
    public IEnumerable<NodeAddress> Reachable => Nodes.Values.Where(node => node.Feed == FeedState.Live).Select(node => node.Address);
}

/// <summary>What the portal knows of a node.</summary>
/// <param name="Address">Where it is reached.</param>
/// <param name="Feed">Whether it answers the portal.</param>
/// <param name="FeedSince">Since when that is so.</param>
public sealed record NodeSnapshot(NodeAddress Address, FeedState Feed, DateTimeOffset FeedSince)
{
    /// <summary>Why it does not answer, in a sentence; null when it does.</summary>
    public string? Trouble { get; init; }

    /// <summary>Why the portal does not learn what happens at it although it answers, in a sentence; null when it does.</summary>
    public string? EventsTrouble { get; init; }

    /// <summary>Its figures when it told them last; null as long as it has told none.</summary>
    public StatsResponse? Stats { get; init; }

    /// <summary>How many of its events the portal has missed, being too slow.</summary>
    public long EventsDropped { get; init; }

    /// <summary>How many of its requests have no trace of their own, as there were too many.</summary>
    public long SampledOut { get; init; }

    /// <summary>
    /// Whether pages show the same of both. Counters that run while nothing happens, such as the uptime, make no difference: a page would
    /// be drawn anew for them all day.
    /// </summary>
    internal bool LooksLike(NodeSnapshot other) => (this with { Stats = null }) == (other with { Stats = null }) && LooksLike(Stats, other.Stats);

    private static bool LooksLike(StatsResponse? one, StatsResponse? other) => one is null || other is null
        ? one == other
        : one.Version == other.Version && one.Store == other.Store
            && one.Hints.Pending.Count == other.Hints.Pending.Count
            && one.Hints.Pending.All(hint => other.Hints.Pending.TryGetValue(hint.Key, out var pending) && pending == hint.Value);
}

/// <summary>Whether a node answers the portal.</summary>
public enum FeedState
{
    /// <summary>It was not asked yet.</summary>
    Connecting,

    /// <summary>It answers.</summary>
    Live,

    /// <summary>It does not; the portal keeps asking.</summary>
    Lost,
}
