using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Faults;

/// <summary>Lets one record or hint of a disk rot.</summary>
internal static class DiskRot
{
    /// <summary>False when nothing is on the disk that could.</summary>
    internal static bool TryBegin(SimulatedDisk disk, SimulatedCluster cluster, Random random)
    {
        List<(string? Owner, Key Key)> stored = [];
        for (var partition = 0; partition < cluster.View.Settings.Space.Count; partition++)
        {
            stored.AddRange(StoredPages.RecordsOf(disk.Durable, partition).Select(pair => ((string?)null, pair.Key)));
        }

        foreach (var owner in StoredPages.OwnersOf(disk.Durable))
        {
            stored.AddRange(StoredPages.HintsFor(disk.Durable, owner).Select(hint => ((string?)owner, hint.Key)));
        }

        if (stored.Count == 0)
        {
            return false;
        }

        var (ownerId, key) = random.Pick(stored);
        disk.Rot(ownerId, key);
        return true;
    }
}
