using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Replicas are equal once a cluster is at rest: all primaries of a key hold the same record, or none; nobody else holds
/// one; and the hash tree of a partition is what the records make it.
/// </summary>
internal sealed class ReplicasAreEqual : IChecker
{
    public IEnumerable<string> Check(CheckedRun run) => run.Snapshots.SelectMany(snapshot => Check(run, snapshot));

    internal static IEnumerable<string> Check(CheckedRun run, ClusterSnapshot snapshot)
    {
        foreach (var key in snapshot.Nodes.SelectMany(node => node.Records.Keys).Distinct())
        {
            var primaries = run.PrimariesOf(key);
            if (snapshot.Nodes.FirstOrDefault(node => node.NodeId == primaries[0]) is not { } expected)
            {
                yield return $"key '{key}': {primaries[0]}, its first primary {snapshot.Moment}, is no node.";
                continue;
            }

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
        }

        foreach (var violation in snapshot.Nodes.SelectMany(node => CheckTrees(run, snapshot, node)))
        {
            yield return violation;
        }
    }

    private static IEnumerable<string> CheckTrees(CheckedRun run, ClusterSnapshot snapshot, NodeSnapshot node)
    {
        foreach (var partition in node.Records.GroupBy(pair => run.PartitionOf(pair.Key)))
        {
            var expected = partition.Aggregate(HashTree.Empty, (tree, pair) => tree.With(pair.Key, 0, RecordDigest.Of(pair.Key, pair.Value))).Root;
            var actual = partition.Key < node.HashTreeRoots.Count ? node.HashTreeRoots[partition.Key] : null;
            if (actual != expected)
            {
                yield return $"partition {partition.Key}: {snapshot.Moment} the hash tree of {node.NodeId} has the root {actual:x}, and its records make {expected:x}.";
            }
        }
    }

    private static bool AreEqual(DottedVersionVectorSet left, DottedVersionVectorSet right) =>
        left.Equals(right) && left.Siblings.Zip(right.Siblings).All(pair => pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span));
}
