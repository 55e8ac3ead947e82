using DaprDynamo.Cluster.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Network;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>All machines of a run and the network between them. Some are there from the start, others may join later.</summary>
internal sealed class SimulatedCluster
{
    private readonly Simulator _simulator;
    private readonly RunOptions _options;
    private readonly SeedStreams _streams;
    private readonly List<SimulatedNode> _nodes = [];

    internal SimulatedCluster(Simulator simulator, RunOptions options, SeedStreams streams)
    {
        (_simulator, _options, _streams) = (simulator, options, streams);
        Settings = new ClusterSettings("simulated", new PartitionSpace(options.Partitions), options.Quorum);
        Network = new SimulatedNetwork(simulator, streams.Open("network"), options.Network);
        for (var number = 1; number <= options.Nodes; number++)
        {
            Add();
        }

        Initial = new ClusterView(Settings, InitialRing.Of(Settings, _nodes.Select(node => (node.NodeId, AddressOf(node.NodeId), "default"))));
    }

    internal ClusterSettings Settings { get; }

    /// <summary>The cluster as the run begins.</summary>
    internal ClusterView Initial { get; }

    /// <summary>The machines that belong to the cluster, or are to.</summary>
    internal IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>The machines that were in the cluster and are not to come back.</summary>
    internal List<SimulatedNode> Retired { get; } = [];

    internal IEnumerable<SimulatedNode> AllEver => _nodes.Concat(Retired);

    internal SimulatedNetwork Network { get; }

    internal DiskCounts DiskCounts { get; } = new();

    internal EngineCounts EngineCounts { get; } = new();

    /// <summary>Whether a disk has been destroyed already: a second one could hold the only other copy.</summary>
    internal bool IsDiskDestroyed { get; set; }

    /// <summary>Who keeps what, by whoever knows most.</summary>
    internal ClusterView View => _nodes.Where(node => node.IsUp).Select(node => node.Engine!.Membership.Current)
        .Where(view => !view.Members.IsEmpty).MaxBy(view => view.Epoch) ?? Initial;

    internal bool AllUp => _nodes.All(node => node.IsUp);

    /// <summary>Whether all nodes see the same ring, nothing of it is changing, and all of them are in it.</summary>
    internal bool IsAtRest => AllUp && View is { Ring.IsChanging: false } view
        && _nodes.All(node => node.Engine!.Membership.Current.Digest == view.Digest && view.Placement.Members.Any(member => member.NodeId == node.NodeId))
        && view.Placement.Members.Length == _nodes.Count;

    /// <summary>One machine more.</summary>
    /// <param name="replaces">The dead member whose place it takes; null for none.</param>
    internal SimulatedNode Add(string? replaces = null)
    {
        var nodeId = $"node-{_nodes.Count + Retired.Count + 1}";
        var node = new SimulatedNode(
            _simulator,
            Network,
            _options,
            nodeId,
            isFirstLife => Describe(nodeId, replaces, isFirstLife),
            new SimulatedDisk(Settings.Space, _streams.Open($"disk {nodeId}"), _options.Disks, DiskCounts),
            EngineCounts,
            _streams);
        _nodes.Add(node);
        return node;
    }

    internal void Retire(SimulatedNode node)
    {
        node.Retire();
        _nodes.Remove(node);
        Retired.Add(node);
    }

    private MembershipOptions Describe(string nodeId, string? replaces, bool isFirstLife) => new()
    {
        Settings = Settings,
        NodeId = nodeId,
        Address = AddressOf(nodeId),
        Discovery = new FixedSeeds(
            [.. _nodes.Where(node => node.NodeId != nodeId).Select(node => new Seed(node.NodeId, AddressOf(node.NodeId)))],
            "The cluster was formed when the run began."),
        Replaces = replaces,
        InitialMembers = isFirstLife && Initial.Members.ContainsKey(nodeId) ? [.. Initial.Members.Values] : null,
    };

    private static Uri AddressOf(string nodeId) => new($"http://{nodeId}");
}
