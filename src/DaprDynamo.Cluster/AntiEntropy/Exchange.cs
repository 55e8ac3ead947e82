using System.Collections.Immutable;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>
/// One comparison with one peer of all partitions that both keep (Dynamo, section 4.7): the roots in one message; where
/// they differ the leaves come back with the answer; where leaves differ the keys are compared; and each key that differs
/// is read from both and merged into both, as a read would repair it.
/// </summary>
internal sealed class Exchange(
    ClusterView view, string peerId, HashForest forest, ObservedRecords records, ReplicaSet replicas, NodeStatistics statistics, TimeProvider time, Pace pace, PhantomDifferences phantoms)
{
    private const int RootsMax = 4096;
    private const int PageRecords = 64;
    private const int RepairsAtOnce = 8;
    private static readonly TimeSpan CompareTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepairTimeout = TimeSpan.FromSeconds(5);

    private int _compared;
    private int _different;
    private int _repaired;
    private volatile bool _cutShort;

    /// <summary>Compares and repairs; ends early when the peer no longer answers.</summary>
    internal async Task<ExchangeReport> RunAsync(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        foreach (var roots in OwnRoots().Chunk(RootsMax))
        {
            if (await AskAsync<RootsCompared>(new CompareRoots([.. roots]), stopping) is not { } answer)
            {
                break;
            }

            _compared += roots.Length - answer.NotReady.Length;
            _cutShort |= answer.NotReady.Length > 0;
            foreach (var theirs in answer.Different)
            {
                _different++;
                await RepairPartitionAsync(theirs, stopping);
            }
        }

        return new ExchangeReport(peerId, time.GetUtcNow(), time.GetElapsedTime(started), _compared, _different, _repaired, Complete: !_cutShort);
    }

    /// <summary>The trees that are ready, of the partitions that both keep.</summary>
    private List<PartitionRoot> OwnRoots()
    {
        var roots = new List<PartitionRoot>();
        for (var partition = 0; partition < view.Settings.Space.Count; partition++)
        {
            var primaries = view.Placement.PreferenceListOf(partition).Primaries;
            if (primaries.Contains(replicas.SelfId) && primaries.Contains(peerId))
            {
                if (forest.TreeOf(partition) is { } tree)
                {
                    roots.Add(new PartitionRoot(partition, tree.Root));
                }
                else
                {
                    _cutShort = true;
                }
            }
        }

        return roots;
    }

    private async Task RepairPartitionAsync(PartitionLeaves theirs, CancellationToken stopping)
    {
        if (forest.TreeOf(theirs.Partition) is not { } tree)
        {
            return;
        }

        var leaves = HashTree.Differences(tree, HashTree.FromLeaves(theirs.Leaves));
        Key? after = null;
        var found = 0;
        while (leaves != 0 && !_cutShort)
        {
            var started = time.GetTimestamp();
            var page = await records.ReadPageAsync(theirs.Partition, after, PageRecords, stopping);
            var upTo = page.Count < PageRecords ? null : page[^1].Key;
            var request = new CompareKeys(theirs.Partition, leaves, after, upTo, DigestsOf(page, leaves));
            if (await AskAsync<KeysCompared>(request, stopping) is { } answer)
            {
                found += answer.Different.Length;
                foreach (var few in answer.Different.Chunk(RepairsAtOnce))
                {
                    await Task.WhenAll(few.Select(key => RepairAsync(key, stopping)));
                    await pace.RestAfterAsync(started, stopping);
                    started = time.GetTimestamp();
                }
            }

            if (upTo is null)
            {
                break;
            }

            after = upTo;
        }

        if (found == 0 && !_cutShort && phantoms.IsSeenAgain(peerId, theirs, tree))
        {
            // The trees differ and no key does: this one is wrong, or the peer's, which then finds out in the same way.
            forest.Forget(theirs.Partition);
        }
    }

    private static ImmutableArray<KeyDigest> DigestsOf(IReadOnlyList<KeyValuePair<Key, Storing.StoredRecord>> page, ulong leaves) =>
    [
        .. page.Where(pair => (leaves >> HashTree.LeafOf(pair.Key) & 1) == 1)
            .Select(pair => new KeyDigest(pair.Key, RecordDigest.Of(pair.Key, pair.Value.Versions))),
    ];

    /// <summary>Brings both replicas of a key to what they know together.</summary>
    private async Task RepairAsync(Key key, CancellationToken stopping)
    {
        var knownSince = time.GetTimestamp();
        var deadline = Deadline.After(RepairTimeout, time);
        var answers = await Task.WhenAll(
            replicas.ReadAsync(view, replicas.SelfId, key, deadline, stopping), replicas.ReadAsync(view, peerId, key, deadline, stopping));
        if (answers is not [ReplicaRead own, ReplicaRead theirs])
        {
            _cutShort = true;
            return;
        }

        var merged = own.Versions.Merge(theirs.Versions);
        await Task.WhenAll(
            RepairAsync(replicas.SelfId, own.Versions), RepairAsync(peerId, theirs.Versions));

        async Task RepairAsync(string nodeId, Core.Versioning.DottedVersionVectorSet held)
        {
            if (held.Equals(merged))
            {
                return;
            }

            if (await replicas.MergeAsync(view, nodeId, key, merged, MergeCause.Exchange, knownSince, deadline) is ReplicaMerged)
            {
                Interlocked.Increment(ref _repaired);
                statistics.CountExchangeRepair();
            }
            else
            {
                _cutShort = true;
            }
        }
    }

    private async Task<T?> AskAsync<T>(PeerRequest request, CancellationToken stopping)
        where T : PeerAnswer
    {
        var answer = await replicas.AskAsync(view, peerId, request, Deadline.After(CompareTimeout, time), stopping) as T;
        _cutShort |= answer is null;
        return answer;
    }
}
