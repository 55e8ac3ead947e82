using DaprDynamo.Cluster.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Network;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>All machines of a run and the network between them.</summary>
internal sealed class SimulatedCluster
{
    internal SimulatedCluster(Simulator simulator, RunOptions options, SeedStreams streams)
    {
        var space = new PartitionSpace(options.Partitions);
        var settings = new ClusterSettings("simulated", space, options.Quorum);
        List<FixedMember> members =
            [.. Enumerable.Range(1, options.Nodes).Select(number => new FixedMember($"node-{number}", new Uri($"http://node-{number}"), "default"))];
        Network = new SimulatedNetwork(simulator, streams.Open("network"), options.Network);
        Nodes =
        [
            .. members.Select(member => new SimulatedNode(
                simulator,
                Network,
                options,
                new FixedMembership(settings, member.NodeId, members),
                new SimulatedDisk(space, streams.Open($"disk {member.NodeId}"), options.Disks, DiskCounts),
                EngineCounts,
                streams)),
        ];
        View = Nodes[0].Membership.Current;
    }

    internal IReadOnlyList<SimulatedNode> Nodes { get; }

    internal SimulatedNetwork Network { get; }

    internal DiskCounts DiskCounts { get; } = new();

    internal EngineCounts EngineCounts { get; } = new();

    /// <summary>Who keeps what. The same for all: membership is fixed.</summary>
    internal ClusterView View { get; }

    internal bool AllUp => Nodes.All(node => node.IsUp);
}
