using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Live;
using Microsoft.AspNetCore.SignalR;

namespace DaprDynamo.Portal.Hubs;

/// <summary>Tells the hub's clients what is new, a few times a second at most.</summary>
internal sealed class HubPublisher(
    IHubContext<ClusterHub, IClusterHubClient> hub, HubAudience audience, HubMessages messages, LiveCluster cluster, TraceLog traces, TimeProvider time)
    : BackgroundService
{
    private const int TracesMax = 500;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ActivityEvery = TimeSpan.FromSeconds(1);

    private (RingResponse? Ring, MembersResponse? Members, string Nodes) _ringTold;
    private long _lastTraceId;
    private (long Version, long At) _activityTold;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TellRingAsync();
            await TellTracesAsync();
            await TellActivityAsync();
        }
    }

    private async Task TellRingAsync()
    {
        var current = cluster.Current;
        // New figures of the nodes are no news of the ring.
        var next = (current.Ring, current.Members, string.Join(' ', current.Nodes.Select(node => $"{node.Key}:{node.Value.Feed}")) + current.Trouble);
        if (!next.Equals(_ringTold) && audience.Has(ClusterHubGroups.Ring))
        {
            await hub.Clients.Group(ClusterHubGroups.Ring).RingChanged(messages.Ring());
        }

        _ringTold = next;
    }

    private async Task TellTracesAsync()
    {
        var (added, lastId) = traces.ReadSince(_lastTraceId, TracesMax);
        if (added.Count > 0 && audience.Has(ClusterHubGroups.Traces))
        {
            await hub.Clients.Group(ClusterHubGroups.Traces).TracesAdded([.. added.Select(HubMessages.Of)]);
        }

        _lastTraceId = lastId;
    }

    private async Task TellActivityAsync()
    {
        if (cluster.Version != _activityTold.Version && time.GetElapsedTime(_activityTold.At) >= ActivityEvery && audience.Has(ClusterHubGroups.Activity))
        {
            _activityTold = (cluster.Version, time.GetTimestamp());
            await hub.Clients.Group(ClusterHubGroups.Activity).ActivityTold(messages.Activity());
        }
    }
}
