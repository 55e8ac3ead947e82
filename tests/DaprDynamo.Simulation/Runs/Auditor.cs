using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Checkers;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Runs;

/// <summary>Looks the cluster over: reads keys as a client would, and looks at disks as no client could.</summary>
internal sealed class Auditor(Simulator simulator, SimulatedCluster cluster, ClientLine line, IReadOnlyList<Key> keys)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads of the auditor that are not over.</summary>
    internal int ReadsUnderWay { get; private set; }

    /// <summary>Begins to read every key on all of its replicas, through one node or all of them.</summary>
    internal void ReadAllKeys(IReadOnlyList<SimulatedNode> through)
    {
        foreach (var node in through)
        {
            foreach (var key in keys)
            {
                ReadsUnderWay++;
                var read = new GetKey(key, cluster.View.Settings.Quorum.Replicas);
                line.Send(DeletedDataStaysDeleted.Auditor, node, read, ReadTimeout, abandonAfter: null, _ => ReadsUnderWay--);
            }
        }
    }

    internal ClusterSnapshot LookAtDisks(string moment) => new(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{moment} ({simulator.Now.TotalSeconds:F3} s)"), [.. cluster.Nodes.Select(Look)]);

    private NodeSnapshot Look(SimulatedNode node)
    {
        var records = keys
            .Select(key => KeyValuePair.Create(key, StoredPages.RecordOf(node.Disk.Durable, key)?.Versions))
            .Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value!);
        var hints = StoredPages.OwnersOf(node.Disk.Durable).SelectMany(ownerId => StoredPages.HintsFor(node.Disk.Durable, ownerId)
            .Select(hint => new StoredHint(ownerId, hint.Key, hint.Record.Versions)));
        return new(node.NodeId, records, [.. hints], node.Engine is { } engine ? EngineUnderTest.HashTreeRootsOf(engine) : []);
    }
}
