using System.Collections.Concurrent;

namespace DaprDynamo.Cluster.Peers;

/// <summary>What each peer last said of how far it is.</summary>
internal sealed class PeerStatuses
{
    private readonly ConcurrentDictionary<string, MemberStatus> _statuses = new(StringComparer.Ordinal);

    internal MemberStatus? this[string nodeId] => _statuses.GetValueOrDefault(nodeId);

    internal void Heard(string nodeId, MemberStatus status) => _statuses[nodeId] = status;
}
