namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>A node that belongs to the cluster, as its folder remembers it.</summary>
/// <param name="Number">Its number: its id and its port follow from it.</param>
/// <param name="Zone">The zone it was added with; null for the default.</param>
internal sealed record NodeEntry(int Number, string? Zone = null)
{
    internal string Id => LocalClusterOptions.NodeIdOf(Number);
}
