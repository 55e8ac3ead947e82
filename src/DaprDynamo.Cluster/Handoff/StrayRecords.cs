using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// Lets go of records that are no longer the node's to keep: after a change of the ring, and when a request that went by an
/// old view left one behind. Each is compared with those who keep it now, and goes only when more than half of them, and all
/// that can be reached, hold all it says.
/// </summary>
internal sealed class StrayRecords(
    MemberTable table,
    Confirmations confirmations,
    TransferLedger ledger,
    ObservedRecords records,
    HashForest forest,
    ReplicaSet replicas,
    RecordOffer offer,
    TimeProvider time,
    StorageNodeOptions options,
    ILogger logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly Pace _pace = new(time);

    internal async Task RunAsync(CancellationToken stopping)
    {
        var (doneEpoch, doneAt) = (ulong.MaxValue, 0L);
        while (true)
        {
            var view = table.Current;
            var isDue = view.Epoch != doneEpoch || time.GetElapsedTime(doneAt).TotalMilliseconds >= options.ExchangeIntervalMs;
            if (isDue && !view.Ring.IsChanging && !ledger.IsRefilling && confirmations.AreAllSettled(view, view.Epoch))
            {
                try
                {
                    if (await LetGoAsync(view, stopping))
                    {
                        (doneEpoch, doneAt) = (view.Epoch, time.GetTimestamp());
                    }
                }
                catch (StoreException failure)
                {
                    logger.LogWarning(failure, "Records that are no longer this node's could not be let go of; it is tried again");
                }
            }

            await Task.Delay(LookEvery, time, stopping);
        }
    }

    /// <summary>Removes everything without asking anybody: the node has left, and all of it is others' by now.</summary>
    internal static async Task DropAllAsync(IRecordStore store, PartitionSpace space, CancellationToken cancellationToken)
    {
        for (var partition = 0; partition < space.Count; partition++)
        {
            while (await store.ReadPageAsync(partition, null, RecordOffer.PageRecords, cancellationToken) is { Count: > 0 } page)
            {
                await Task.WhenAll(page.Select(pair => store.ChangeAsync(pair.Key, _ => null, cancellationToken).AsTask()));
            }
        }
    }

    private async Task<bool> LetGoAsync(ClusterView view, CancellationToken stopping)
    {
        var (all, count) = (true, 0);
        for (var partition = 0; partition < view.Settings.Space.Count; partition++)
        {
            if (view.IsReplica(table.SelfId, partition))
            {
                continue;
            }

            Key? after = null;
            while (true)
            {
                var started = time.GetTimestamp();
                var page = await records.ReadPageAsync(partition, after, RecordOffer.PageRecords, stopping);
                if (page.Count > 0)
                {
                    var gone = await LetGoAsync(view, partition, after, page, stopping);
                    (all, count) = (all && gone == page.Count, count + gone);
                    await _pace.RestAfterAsync(started, stopping);
                }

                if (page.Count < RecordOffer.PageRecords)
                {
                    break;
                }

                after = page[^1].Key;
                if (table.Current.Epoch != view.Epoch)
                {
                    return false;
                }
            }

            forest.Forget(partition);
        }

        if (count > 0)
        {
            logger.LogInformation("{NodeId} has let go of {Records} records that others keep now", table.SelfId, count);
        }

        return all;
    }

    /// <returns>How many of the page's records are gone.</returns>
    private async Task<int> LetGoAsync(
        ClusterView view, int partition, Key? after, IReadOnlyList<KeyValuePair<Key, StoredRecord>> page, CancellationToken stopping)
    {
        var keepers = view.Placement.PreferenceListOf(partition).Primaries;
        var lacking = new HashSet<Key>();
        var reached = 0;
        foreach (var keeperId in keepers.Where(nodeId => !replicas.Detector.IsSuspect(nodeId)))
        {
            if (await offer.OfferAsync(view, keeperId, partition, after, page, stopping) is not { } still)
            {
                return 0;
            }

            reached++;
            lacking.UnionWith(still);
        }

        if (reached * 2 <= keepers.Length)
        {
            return 0;
        }

        var gone = 0;
        foreach (var (key, record) in page.Where(pair => !lacking.Contains(pair.Key)))
        {
            var left = await records.ChangeAsync(
                key, current => current is not null && current.Versions.Equals(record.Versions) && table.Current.Epoch == view.Epoch ? null : current);
            gone += left is null ? 1 : 0;
        }

        return gone;
    }
}
