using System.Net;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Transport.Batching;

/// <summary>
/// Tells the log of peers that refuse this node, and of strangers in their place: each status once a peer, until the peer works again.
/// Heartbeats alone meet the same refusal twice a second.
/// </summary>
internal sealed class RefusalLog(ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string NodeId, HttpStatusCode Status)> _told = [];

    internal void Refused(string nodeId, HttpStatusCode status, string reason)
    {
        if (IsNews(nodeId, status))
        {
            logger.LogWarning("{Peer} refuses this node ({Status}): {Reason}", nodeId, (int)status, reason);
        }
    }

    internal void MetStranger(string nodeId, HttpStatusCode status, string reason)
    {
        if (IsNews(nodeId, status))
        {
            logger.LogWarning("In the place of {Peer} something that is no node answers {Status}: {Reason}", nodeId, (int)status, reason);
        }
    }

    internal void Works(string nodeId)
    {
        lock (_lock)
        {
            if (_told.Count > 0)
            {
                _told.RemoveWhere(told => told.NodeId == nodeId);
            }
        }
    }

    private bool IsNews(string nodeId, HttpStatusCode status)
    {
        lock (_lock)
        {
            return _told.Add((nodeId, status));
        }
    }
}
