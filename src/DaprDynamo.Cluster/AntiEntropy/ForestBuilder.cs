using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Cluster.Tombstones;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>Builds the hash trees that are missing, one partition at a time, from what is on disk.</summary>
internal sealed class ForestBuilder(
    IMembership membership, ObservedRecords records, HashForest forest, TombstoneQueue tombstones, TimeProvider time, ILogger logger)
{
    private const int PageRecords = 64;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    internal async Task RunAsync(CancellationToken stopping)
    {
        var pace = new Pace(time);
        while (true)
        {
            var view = membership.Current;
            for (var partition = 0; partition < view.Settings.Space.Count; partition++)
            {
                if (forest.TreeOf(partition) is null && view.IsReplica(membership.SelfId, partition))
                {
                    await BuildAsync(partition, pace, stopping);
                }
            }

            await Task.Delay(LookAgainAfter, time, stopping);
        }
    }

    private async Task BuildAsync(int partition, Pace pace, CancellationToken stopping)
    {
        forest.BeginBuilding(partition);
        HashTree? built = null;
        try
        {
            var digests = await DigestsOnDiskAsync(partition, pace, stopping);
            foreach (var key in await forest.CloseAsync(partition))
            {
                digests[key] = await records.ReadAsync(key, stopping) is { } record ? RecordDigest.Of(key, record.Versions) : 0;
            }

            built = digests.Aggregate(HashTree.Empty, (tree, pair) => tree.With(pair.Key, before: 0, pair.Value));
        }
        catch (StoreException failure)
        {
            logger.LogWarning(failure, "The hash tree of partition {Partition} could not be built; it is tried again", partition);
        }
        finally
        {
            forest.EndBuilding(partition, built);
        }
    }

    private async Task<Dictionary<Key, ulong>> DigestsOnDiskAsync(int partition, Pace pace, CancellationToken stopping)
    {
        var digests = new Dictionary<Key, ulong>();
        Key? after = null;
        while (true)
        {
            var started = time.GetTimestamp();
            var page = await records.ReadPageAsync(partition, after, PageRecords, stopping);
            foreach (var (key, record) in page)
            {
                digests[key] = RecordDigest.Of(key, record.Versions);
                if (record.Versions.IsTombstone)
                {
                    tombstones.Add(key, record);
                }
            }

            if (page.Count < PageRecords)
            {
                return digests;
            }

            after = page[^1].Key;
            await pace.RestAfterAsync(started, stopping);
        }
    }
}
