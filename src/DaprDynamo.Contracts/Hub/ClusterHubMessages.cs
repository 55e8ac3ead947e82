using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Contracts.Hub;

/// <summary>
/// What the portal's SignalR hub (<c>/hubs/cluster</c>) tells its clients. A client says which of the three groups it watches with
/// the hub's methods <c>Watch(group)</c> and <c>Unwatch(group)</c>, where a group is one of <see cref="ClusterHubGroups"/>.
/// </summary>
public interface IClusterHubClient
{
    /// <summary>To the group <c>ring</c>: when the client begins to watch, and whenever the ring, a member or a node's reachability has changed.</summary>
    Task RingChanged(RingMessage message);

    /// <summary>To the group <c>traces</c>: the requests learnt since the last message, the oldest first, four times a second at most.</summary>
    /// <param name="messages">The latest of them.</param>
    /// <param name="missed">How many more there were: too many for one message, or for a client that is slow to take them.</param>
    Task TracesAdded(IReadOnlyList<TraceMessage> messages, int missed);

    /// <summary>To the group <c>activity</c>: when the client begins to watch, and then once a second at most.</summary>
    Task ActivityTold(ActivityMessage message);
}

/// <summary>The groups of the hub.</summary>
public static class ClusterHubGroups
{
    /// <summary>The ring and its members.</summary>
    public const string Ring = "ring";

    /// <summary>Requests as they happen.</summary>
    public const string Traces = "traces";

    /// <summary>The nodes' figures.</summary>
    public const string Activity = "activity";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Ring, Traces, Activity];
}

/// <summary>The cluster as the portal sees it.</summary>
/// <param name="Ring">The ring; null as long as no node has told it.</param>
/// <param name="Members">The members; null as long as no node has told them.</param>
/// <param name="Nodes">The nodes that the portal follows.</param>
/// <param name="Trouble">Why the portal cannot tell how the cluster stands, in a sentence; null when it can.</param>
public sealed record RingMessage(RingResponse? Ring, MembersResponse? Members, IReadOnlyList<NodeMessage> Nodes, string? Trouble);

/// <summary>A node that the portal follows.</summary>
/// <param name="NodeId">Its id.</param>
/// <param name="Feed"><c>Connecting</c>, <c>Live</c> or <c>Lost</c>: whether it answers the portal.</param>
/// <param name="FeedSince">Since when that is so.</param>
/// <param name="Trouble">Why it does not answer, or why the portal does not learn what happens at it, in a sentence; null when all is well.</param>
public sealed record NodeMessage(string NodeId, string Feed, DateTimeOffset FeedSince, string? Trouble);

/// <summary>A client's request.</summary>
/// <param name="Id">Tells requests apart. The same again is the same request: more is known of it, and this takes the other's place.</param>
/// <param name="NodeId">The node that the client asked.</param>
/// <param name="Request">What that node tells of it.</param>
/// <param name="CoordinatorId">The node it was passed on to; null when it was not.</param>
/// <param name="Coordination">What that node tells of it; null when it was not passed on, or that is not known.</param>
public sealed record TraceMessage(long Id, string NodeId, RequestEvent Request, string? CoordinatorId, RequestEvent? Coordination);

/// <summary>The nodes' figures since their start: two messages subtracted tell what was done in between.</summary>
/// <param name="At">When the portal sent it.</param>
/// <param name="Nodes">What each node has told last.</param>
public sealed record ActivityMessage(DateTimeOffset At, IReadOnlyList<StatsResponse> Nodes);
