using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DaprDynamo.Portal.Hubs;

/// <summary>Where any SignalR client watches the cluster; the messages are described at <see cref="IClusterHubClient"/>.</summary>
[Authorize(Policies.Look)]
internal sealed class ClusterHub(HubAudience audience, HubMessages messages) : Hub<IClusterHubClient>
{
    /// <summary>Where the hub is found.</summary>
    internal const string Path = "/hubs/cluster";

    /// <summary>Begins to watch a group.</summary>
    /// <param name="group">One of <see cref="ClusterHubGroups"/>.</param>
    /// <exception cref="HubException">There is no such group.</exception>
    public async Task Watch(string group)
    {
        if (!ClusterHubGroups.All.Contains(group))
        {
            throw new HubException($"There is no group '{group}'. There are: {string.Join(", ", ClusterHubGroups.All)}.");
        }

        await Groups.AddToGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);
        audience.Enter(Context.ConnectionId, group);
        switch (group)
        {
            case ClusterHubGroups.Ring:
                await Clients.Caller.RingChanged(messages.Ring());
                break;
            case ClusterHubGroups.Activity:
                await Clients.Caller.ActivityTold(messages.Activity());
                break;
        }
    }

    /// <summary>Watches a group no more.</summary>
    /// <param name="group">The group.</param>
    public async Task Unwatch(string group)
    {
        audience.Leave(Context.ConnectionId, group);
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        foreach (var group in ClusterHubGroups.All)
        {
            audience.Leave(Context.ConnectionId, group);
        }

        return base.OnDisconnectedAsync(exception);
    }
}
