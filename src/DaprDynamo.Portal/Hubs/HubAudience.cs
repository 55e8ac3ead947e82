using System.Collections.Concurrent;

namespace DaprDynamo.Portal.Hubs;

/// <summary>Knows which groups anybody watches, so that nothing is made ready for nobody.</summary>
internal sealed class HubAudience
{
    private readonly ConcurrentDictionary<(string ConnectionId, string Group), bool> _watching = [];

    internal void Enter(string connectionId, string group) => _watching[(connectionId, group)] = true;

    internal void Leave(string connectionId, string group) => _watching.TryRemove((connectionId, group), out _);

    internal bool Has(string group) => !_watching.IsEmpty && _watching.Keys.Any(watching => watching.Group == group);
}
