using System.Collections.Immutable;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>This node's part in an exchange that a peer began: to tell where its trees and keys differ from the peer's.</summary>
internal sealed class ExchangeResponder(HashForest forest, ObservedRecords records, int partitions)
{
    // An answer stays far below what a batch of messages may weigh.
    private const int PartitionsMax = 64;
    internal const int KeysMax = 512;
    private const int PageRecords = 64;

    internal PeerAnswer Compare(CompareRoots request)
    {
        var different = ImmutableArray.CreateBuilder<PartitionLeaves>();
        var notReady = ImmutableArray.CreateBuilder<int>();
        foreach (var (partition, root) in request.Roots.Where(root => root.Partition >= 0 && root.Partition < partitions))
        {
            var tree = forest.TreeOf(partition);
            if (tree is null)
            {
                notReady.Add(partition);
            }
            else if (different.Count < PartitionsMax && tree.Root != root)
            {
                different.Add(new PartitionLeaves(partition, tree.Leaves));
            }
        }

        return new RootsCompared(different.ToImmutable(), notReady.ToImmutable());
    }

    internal async Task<PeerAnswer> CompareAsync(CompareKeys request, CancellationToken cancellationToken)
    {
        if (request.Partition < 0 || request.Partition >= partitions)
        {
            return new PeerFailure(PeerFailureKind.Refused, "There is no such partition.");
        }

        try
        {
            return new KeysCompared(await DifferencesAsync(request, cancellationToken));
        }
        catch (StoreException failure)
        {
            return Replication.LocalReplica.FailureOf(failure);
        }
    }

    private async Task<ImmutableArray<Key>> DifferencesAsync(CompareKeys request, CancellationToken cancellationToken)
    {
        var theirs = request.Digests.ToDictionary(entry => entry.Key, entry => entry.Digest);
        var different = new List<Key>();
        var after = request.After;
        while (different.Count < KeysMax)
        {
            var page = await records.ReadPageAsync(request.Partition, after, PageRecords, cancellationToken);
            foreach (var (key, record) in page)
            {
                if (request.UpTo is { } last && key > last)
                {
                    return Together(different, theirs);
                }

                if ((request.Leaves >> HashTree.LeafOf(key) & 1) == 1
                    && !(theirs.Remove(key, out var digest) && digest == RecordDigest.Of(key, record.Versions)))
                {
                    different.Add(key);
                }
            }

            if (page.Count < PageRecords)
            {
                return Together(different, theirs);
            }

            after = page[^1].Key;
        }

        // Cut short: the keys of theirs that were not met are not known to be missing.
        return [.. different];
    }

    private static ImmutableArray<Key> Together(List<Key> different, Dictionary<Key, ulong> onlyTheirs) => [.. different.Concat(onlyTheirs.Keys).Order()];
}
