using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Nodes;

namespace DaprDynamo.Portal.Live;

/// <summary>Follows one node: what happens at it, as it happens, and its figures every other second. A node that goes away is asked until it is back.</summary>
internal sealed class NodeFeed(
    NodeAddress node, EventCursor cursor, NodeApi api, LiveCluster cluster, TraceLog traces, EventLog events, ActivityLog activity, Action onClusterEvent, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan WaitForEvents = TimeSpan.FromSeconds(10);

    // What comes in between is fetched in one go.
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FiguresEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _lookNow = new(0, 1);

    internal NodeAddress Node => node;

    public void Dispose() => _lookNow.Dispose();

    /// <summary>Follows the node until cancelled.</summary>
    internal Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            KeepAsync(FollowEventsAsync, () => TellOfEvents("What it told of events could not be taken in; the portal's log tells why."), cancellationToken),
            KeepAsync(FollowFiguresAsync, static () => { }, cancellationToken));

    /// <summary>What one answer of a node makes of the portal must not end the feed for good.</summary>
    private async Task KeepAsync(Func<CancellationToken, Task> follow, Action onFailure, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await follow(cancellationToken);
            }
#pragma warning disable CA1031 // Logged, and tried again.
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogError(failure, "What {NodeId} told could not be taken in; its feed begins anew", node.Name);
                onFailure();
                await Task.Delay(RetryEvery, time, cancellationToken);
            }
#pragma warning restore CA1031
        }
    }

    private async Task FollowEventsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var told = await api.ReadEventsAsync(node, cursor.After, WaitForEvents, cancellationToken);
                if (told.Session != cursor.Session && cursor.After != 0)
                {
                    // The node was started anew, and may have told only the later part of its new life.
                    (cursor.Session, cursor.After) = (told.Session, 0);
                    continue;
                }

                var isFirst = cursor.After == 0;
                (cursor.Session, cursor.After) = (told.Session, told.Next);
                Take(told, isFirst);
                TellOfEvents(trouble: null);
                await Task.Delay(PollPause, time, cancellationToken);
            }
            catch (NodeException failure)
            {
                TellOfEvents(failure.Message);
                LookNow();
                await Task.Delay(RetryEvery, time, cancellationToken);
            }
        }
    }

    private void Take(TelemetryResponse told, bool isFirst)
    {
        traces.Add(told.NodeId, told.Events.OfType<RequestEvent>());
        foreach (var happened in told.Events.Where(happened => happened is not (RequestEvent or UnknownEvent)))
        {
            events.Add(told.NodeId, happened);
            onClusterEvent();
        }

        // What happened before the portal began to watch, it has not missed.
        if (told.Dropped > 0 && !isFirst)
        {
            Change(known => known with { EventsDropped = known.EventsDropped + told.Dropped });
        }

        Change(known => known.SampledOut == told.SampledOut ? known : known with { SampledOut = told.SampledOut });
    }

    private async Task FollowFiguresAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var stats = await api.ReadStatsAsync(node, cancellationToken);
                activity.Add(node.Name, stats, time.GetUtcNow());
                Change(known => Turn(known, FeedState.Live, null) with { Stats = stats });
            }
            catch (NodeException failure)
            {
                Change(known => Turn(known, FeedState.Lost, failure.Message));
            }

            await _lookNow.WaitAsync(FiguresEvery, cancellationToken);
        }
    }

    private NodeSnapshot Turn(NodeSnapshot known, FeedState feed, string? trouble) => known.Feed == feed
        ? known with { Trouble = trouble }
        : known with { Feed = feed, FeedSince = time.GetUtcNow(), Trouble = trouble };

    private void TellOfEvents(string? trouble) => Change(known => known.EventsTrouble == trouble ? known : known with { EventsTrouble = trouble });

    private void Change(Func<NodeSnapshot, NodeSnapshot> change) => cluster.Change(
        snapshot => snapshot.Nodes.TryGetValue(node.Name, out var known) && change(known) is var next && !ReferenceEquals(next, known)
            ? snapshot with { Nodes = snapshot.Nodes.SetItem(node.Name, next) }
            : snapshot,
        (before, after) => !after.Nodes[node.Name].LooksLike(before.Nodes[node.Name]));

    private void LookNow()
    {
        if (_lookNow.CurrentCount == 0)
        {
            _lookNow.Release();
        }
    }
}
