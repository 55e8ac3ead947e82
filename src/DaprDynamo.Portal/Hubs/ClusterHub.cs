using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DaprDynamo.Portal.Hubs;

/// <summary>Where any SignalR client watches the cluster; the messages are described at <see cref="IClusterHubClient"/>.</summary>
[Authorize(Policies.Look)]
internal sealed class ClusterHub(HubAudience audience) : Hub<IClusterHubClient>
{
    /// <summary>Where the hub is found.</summary>
    internal const string Path = "/hubs/cluster";

    /// <summary>Begins to watch a group. How things stand is told within the next quarter of a second.</summary>
    /// <param name="group">One of <see cref="ClusterHubGroups"/>.</param>
    /// <exception cref="HubException">There is no such group.</exception>
    public Task Watch(string group)
    {
        if (!ClusterHubGroups.All.Contains(group))
        {
            throw new HubException($"There is no group '{group}'. There are: {string.Join(", ", ClusterHubGroups.All)}.");
        }

        audience.Enter(Context.ConnectionId, group);
        return Task.CompletedTask;
    }

    /// <summary>Watches a group no more.</summary>
    /// <param name="group">The group.</param>
    public Task Unwatch(string group)
    {
        audience.Leave(Context.ConnectionId, group);
        return Task.CompletedTask;
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
