using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
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
    NodeStatistics statistics,
    TimeProvider time,
    StorageNodeOptions options,
    ILogger logger)
{
    private const int PageRecords = 64;
    private const ulong AllLeaves = ulong.MaxValue;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

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
            while (await store.ReadPageAsync(partition, null, PageRecords, cancellationToken) is { Count: > 0 } page)
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
                var page = await records.ReadPageAsync(partition, after, PageRecords, stopping);
                if (page.Count > 0)
                {
                    var gone = await LetGoAsync(view, partition, after, page, stopping);
                    (all, count) = (all && gone == page.Count, count + gone);
                    await _pace.RestAfterAsync(started, stopping);
                }

                if (page.Count < PageRecords)
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
        var digests = page.Select(pair => new KeyDigest(pair.Key, RecordDigest.Of(pair.Key, pair.Value.Versions))).ToImmutableArray();
        var request = new CompareKeys(partition, AllLeaves, after, page.Count < PageRecords ? null : page[^1].Key, digests);
        var lacking = page.ToDictionary(pair => pair.Key, _ => 0);
        var reached = 0;
        foreach (var keeperId in keepers.Where(nodeId => !replicas.Detector.IsSuspect(nodeId)))
        {
            var answer = await replicas.AskAsync(view, keeperId, request, Deadline.After(AskTimeout, time), stopping);
            if (answer is not KeysCompared compared)
            {
                return 0;
            }

            reached++;
            var differing = compared.Different.ToHashSet();
            // Cut short: nothing is known of the keys after the last that was named.
            var unknownFrom = compared.Different.Length >= ExchangeResponder.KeysMax ? compared.Different[^1] : null;
            foreach (var (key, record) in page.Where(pair => differing.Contains(pair.Key) || (unknownFrom is not null && pair.Key > unknownFrom)))
            {
                lacking[key] += await HandOverAsync(view, keeperId, key, record.Versions, stopping) ? 0 : 1;
            }
        }

        if (reached * 2 <= keepers.Length)
        {
            return 0;
        }

        var gone = 0;
        foreach (var (key, record) in page.Where(pair => lacking[pair.Key] == 0))
        {
            var left = await records.ChangeAsync(
                key, current => current is not null && current.Versions.Equals(record.Versions) && table.Current.Epoch == view.Epoch ? null : current);
            gone += left is null ? 1 : 0;
        }

        return gone;
    }

    /// <summary>
    /// Gives a record to one that keeps it now, read anew: nobody takes what was read longer ago than messages live, and those who were
    /// asked before may have taken their time.
    /// </summary>
    private async Task<bool> HandOverAsync(ClusterView view, string keeperId, Key key, DottedVersionVectorSet versions, CancellationToken stopping)
    {
        var readAt = time.GetTimestamp();
        if (await records.ReadAsync(key, stopping) is not { } current || !current.Versions.Equals(versions))
        {
            return false;
        }

        statistics.CountStrayHandedOver();
        return await replicas.MergeAsync(view, keeperId, key, versions, MergeCause.Handoff, readAt, Deadline.After(AskTimeout, time)) is ReplicaMerged;
    }
}
