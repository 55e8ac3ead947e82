using DaprDynamo.LocalCluster.Nodes;
using DaprDynamo.Portal.Nodes;

namespace DaprDynamo.LocalCluster.Portal;

/// <summary>Lets the portal add nodes to the local cluster.</summary>
internal sealed class NodeStarter(LocalNodes nodes) : INodeStarter
{
    public string NextId => LocalClusterOptions.NodeIdOf(nodes.NextNumber ?? LocalClusterOptions.NodesMax);

    public async Task<string> StartAsync(string? zone, CancellationToken cancellationToken) => await nodes.AddAsync(zone, cancellationToken) switch
    {
        ({ } node, _) => node.Id,
        var (_, refusal) => throw new NodeException(refusal!.Sentence),
    };
}
