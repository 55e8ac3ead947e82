using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Replicas are equal once a cluster is at rest: all primaries of a key hold the same record, or none; nobody else holds
/// one; and the hash trees that primaries keep of a partition have the same root.
/// </summary>
internal sealed class ReplicasAreEqual : IChecker
{
    public IEnumerable<string> Check(CheckedRun run) => run.Snapshots.SelectMany(snapshot => Check(run, snapshot));

    internal static IEnumerable<string> Check(CheckedRun run, ClusterSnapshot snapshot)
    {
        foreach (var key in snapshot.Nodes.SelectMany(node => node.Records.Keys).Distinct())
        {
            var primaries = run.PrimariesOf(key);
            var expected = snapshot.Nodes.First(node => node.NodeId == primaries[0]);
            foreach (var node in snapshot.Nodes)
            {
                if (!primaries.Contains(node.NodeId))
                {
                    if (node.Records.ContainsKey(key))
                    {
                        yield return $"key '{key}': {node.NodeId} {snapshot.Moment} holds {node.RecordOf(key)}, though it is none of its primaries.";
                    }
                }
                else if (!AreEqual(node.RecordOf(key), expected.RecordOf(key)) || node.Records.ContainsKey(key) != expected.Records.ContainsKey(key))
                {
                    yield return $"key '{key}': {snapshot.Moment} {node.NodeId} holds {node.RecordOf(key)}, and {expected.NodeId} holds {expected.RecordOf(key)}.";
                }
            }

            foreach (var violation in CheckRoots(run, snapshot, key, expected))
            {
                yield return violation;
            }
        }
    }

    private static IEnumerable<string> CheckRoots(CheckedRun run, ClusterSnapshot snapshot, Key key, NodeSnapshot expected)
    {
        var partition = run.PartitionOf(key);
        foreach (var node in snapshot.Nodes.Where(node => run.PrimariesOf(key).Contains(node.NodeId)))
        {
            if (partition < node.HashTreeRoots.Count && partition < expected.HashTreeRoots.Count
                && node.HashTreeRoots[partition] != expected.HashTreeRoots[partition])
            {
                yield return $"partition {partition} (key '{key}'): {snapshot.Moment} the hash trees of {node.NodeId} and {expected.NodeId} differ.";
            }
        }
    }

    private static bool AreEqual(DottedVersionVectorSet left, DottedVersionVectorSet right) =>
        left.Equals(right) && left.Siblings.Zip(right.Siblings).All(pair => pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span));
}
