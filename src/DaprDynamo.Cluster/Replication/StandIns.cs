using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Replication;

/// <summary>The members that may stand in for a key's replicas during one request, each once, the next in the walk first.</summary>
internal sealed class StandIns(PreferenceList list, FailureDetector detector, string selfId, bool sloppy)
{
    private readonly Queue<string> _left = new(sloppy ? list.Fallbacks.Where(nodeId => nodeId == selfId || !detector.IsSuspect(nodeId)) : []);

    internal bool Any => _left.Count > 0;

    /// <summary>The next one; null when there is none left.</summary>
    internal string? Next() => _left.TryDequeue(out var nodeId) ? nodeId : null;

    /// <summary>Leaves out a member that already has a part in the request.</summary>
    internal void Without(string nodeId)
    {
        for (var left = _left.Count; left > 0; left--)
        {
            var next = _left.Dequeue();
            if (next != nodeId)
            {
                _left.Enqueue(next);
            }
        }
    }
}
