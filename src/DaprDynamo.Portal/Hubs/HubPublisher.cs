using System.Collections.Immutable;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Live;
using Microsoft.AspNetCore.SignalR;

namespace DaprDynamo.Portal.Hubs;

/// <summary>
/// Tells the hub's clients what is new, a few times a second at most. Each is told by itself: a message to a whole group is done only
/// when the slowest client of it has taken it.
/// </summary>
internal sealed class HubPublisher(
    IHubContext<ClusterHub, IClusterHubClient> hub,
    HubAudience audience,
    HubMessages messages,
    LiveCluster cluster,
    TraceLog traces,
    TimeProvider time,
    ILogger<HubPublisher> logger)
    : BackgroundService
{
    private const int TracesMax = 500;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ActivityEvery = TimeSpan.FromSeconds(1);

    private (RingResponse? Ring, MembersResponse? Members, string? Nodes, string? Trouble) _ring;
    private long _ringVersion;
    private (ImmutableSortedDictionary<string, NodeSnapshot>? Nodes, long At) _activity;
    private long _activityVersion;

    /// <summary>Tells every client that is ready for it what is new to it.</summary>
    internal void TellAll()
    {
        TellRing();
        TellTraces();
        TellActivity();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                TellAll();
            }
#pragma warning disable CA1031 // Logged, and tried again: it would end the whole portal.
            catch (Exception failure)
            {
                logger.LogError(failure, "The hub's clients could not be told what is new; the portal tries again");
            }
#pragma warning restore CA1031
        }
    }

    private void TellRing()
    {
        if (audience.Of(ClusterHubGroups.Ring) is not { Count: > 0 } watchers)
        {
            return;
        }

        var current = cluster.Current;
        // New figures of the nodes are no news of the ring.
        var nodes = string.Join(' ', current.Nodes.Select(node => $"{node.Key}:{node.Value.Feed}:{node.Value.EventsTrouble}"));
        var next = (current.Ring, current.Members, nodes, current.Trouble);
        if (next != _ring)
        {
            (_ring, _ringVersion) = (next, _ringVersion + 1);
        }

        var message = new Lazy<RingMessage>(messages.Ring);
        foreach (var watcher in watchers.Where(watcher => watcher.Wants(_ringVersion)))
        {
            watcher.Tell(_ringVersion, () => hub.Clients.Client(watcher.ConnectionId).RingChanged(message.Value));
        }
    }

    private void TellTraces()
    {
        var latest = traces.LastId;
        foreach (var watcher in audience.Of(ClusterHubGroups.Traces).Where(watcher => watcher.Wants(latest)))
        {
            var (added, lastId, missed) = traces.ReadSince(watcher.Told, TracesMax);
            watcher.Tell(lastId, () => hub.Clients.Client(watcher.ConnectionId).TracesAdded([.. added.Select(HubMessages.Of)], missed));
        }
    }

    private void TellActivity()
    {
        if (audience.Of(ClusterHubGroups.Activity) is not { Count: > 0 } watchers)
        {
            return;
        }

        var nodes = cluster.Current.Nodes;
        if (_activityVersion == 0 || (!ReferenceEquals(nodes, _activity.Nodes) && time.GetElapsedTime(_activity.At) >= ActivityEvery))
        {
            (_activity, _activityVersion) = ((nodes, time.GetTimestamp()), _activityVersion + 1);
        }

        var message = new Lazy<ActivityMessage>(messages.Activity);
        foreach (var watcher in watchers.Where(watcher => watcher.Wants(_activityVersion)))
        {
            watcher.Tell(_activityVersion, () => hub.Clients.Client(watcher.ConnectionId).ActivityTold(message.Value));
        }
    }
}
