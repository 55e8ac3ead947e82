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

namespace DaprDynamo.Cluster.Handoff;

/// <summary>Makes sure that a keeper of a partition holds all that this node holds of it: a page is compared by its digests, and only what the keeper lacks is sent.</summary>
internal sealed class RecordOffer(ObservedRecords records, ReplicaSet replicas, NodeStatistics statistics, TimeProvider time)
{
    private const ulong AllLeaves = ulong.MaxValue;
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How many records are compared at once.</summary>
    internal const int PageRecords = 64;

    /// <summary>Offers a page of this node's records.</summary>
    /// <param name="view">The cluster.</param>
    /// <param name="keeperId">Whom to offer it to.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="after">The last key before the page; null for none.</param>
    /// <param name="page">The records, up to <see cref="PageRecords"/> of them; fewer when they are the last.</param>
    /// <param name="stopping">Gives up.</param>
    /// <returns>The keys of which it may still lack something; null when it did not answer.</returns>
    internal async Task<IReadOnlyList<Key>?> OfferAsync(
        ClusterView view, string keeperId, int partition, Key? after, IReadOnlyList<KeyValuePair<Key, StoredRecord>> page, CancellationToken stopping)
    {
        var digests = page.Select(pair => new KeyDigest(pair.Key, RecordDigest.Of(pair.Key, pair.Value.Versions))).ToImmutableArray();
        var request = new CompareKeys(partition, AllLeaves, after, page.Count < PageRecords ? null : page[^1].Key, digests);
        if (await replicas.AskAsync(view, keeperId, request, Deadline.After(AskTimeout, time), stopping) is not KeysCompared compared)
        {
            return null;
        }

        var differing = compared.Different.ToHashSet();
        // Cut short: nothing is known of the keys after the last that was named.
        var unknownFrom = compared.Different.Length >= ExchangeResponder.KeysMax ? compared.Different[^1] : null;
        var lacking = new List<Key>();
        foreach (var (key, record) in page.Where(pair => differing.Contains(pair.Key) || (unknownFrom is not null && pair.Key > unknownFrom)))
        {
            if (!await HandOverAsync(view, keeperId, key, record.Versions, stopping))
            {
                lacking.Add(key);
            }
        }

        return lacking;
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
