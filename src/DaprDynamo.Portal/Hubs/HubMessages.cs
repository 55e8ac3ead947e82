using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Hubs;

/// <summary>Puts what the portal knows into the hub's messages.</summary>
internal sealed class HubMessages(LiveCluster cluster, TimeProvider time)
{
    internal RingMessage Ring()
    {
        var current = cluster.Current;
        return new(
            current.Ring,
            current.Members,
            [.. current.Nodes.Select(node => new NodeMessage(node.Key, node.Value.Feed.ToString(), node.Value.FeedSince, node.Value.Trouble ?? node.Value.EventsTrouble))],
            current.Trouble);
    }

    internal ActivityMessage Activity() => new(time.GetUtcNow(), [.. cluster.Current.Nodes.Values.Select(node => node.Stats).OfType<StatsResponse>()]);

    internal static TraceMessage Of(RequestTrace trace) => new(
        trace.FirstId,
        trace.NodeId,
        trace.Request,
        trace.Parts.Length > 1 ? trace.Parts[1].NodeId : null,
        trace.Parts.Length > 1 ? trace.Parts[1].Request : null);
}
