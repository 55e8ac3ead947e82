namespace DaprDynamo.Simulation.Checkers;

/// <summary>Hints drain: once a cluster is at rest, nobody keeps a record for another member.</summary>
internal sealed class HintsAreDrained : IChecker
{
    public IEnumerable<string> Check(CheckedRun run) => run.Snapshots.SelectMany(Check);

    internal static IEnumerable<string> Check(ClusterSnapshot snapshot) =>
        from node in snapshot.Nodes
        from hint in node.Hints
        select $"key '{hint.Key}': {node.NodeId} {snapshot.Moment} still keeps {hint.Versions} for {hint.OwnerId}.";
}
