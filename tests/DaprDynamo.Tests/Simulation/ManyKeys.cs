using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>So many keys that every member keeps some.</summary>
internal static class ManyKeys
{
    internal static IReadOnlyList<Key> Of(int count) => [.. Enumerable.Range(1, count).Select(number => Key.FromText($"key-{number}"))];

    /// <summary>Writes "1" to each key, through one node after the other.</summary>
    internal static void WriteAll(Scenario scenario, IReadOnlyList<Key> keys, int? quorum = null)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var put = scenario.Do(scenario.Cluster.Nodes[i % scenario.Cluster.Nodes.Count], new PutKey(keys[i], quorum, "1"u8.ToArray(), VersionVector.Empty));
            Assert.Equal(OperationStatus.Written, put.Status);
        }
    }
}
