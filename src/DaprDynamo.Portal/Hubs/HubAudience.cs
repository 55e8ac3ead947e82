using System.Collections.Concurrent;
using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Hubs;

/// <summary>Knows who watches which group, and so that nothing is made ready for nobody.</summary>
internal sealed class HubAudience(TraceLog traces)
{
    private readonly ConcurrentDictionary<(string ConnectionId, string Group), HubWatcher> _watching = [];

    // Requests of before are not news to whoever begins to watch; how the ring stands is.
    internal void Enter(string connectionId, string group) =>
        _watching.TryAdd((connectionId, group), new HubWatcher(connectionId, group == ClusterHubGroups.Traces ? traces.LastId : 0));

    internal void Leave(string connectionId, string group) => _watching.TryRemove((connectionId, group), out _);

    internal IReadOnlyList<HubWatcher> Of(string group) =>
        _watching.IsEmpty ? [] : [.. _watching.Where(watching => watching.Key.Group == group).Select(watching => watching.Value)];
}
