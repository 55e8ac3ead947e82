using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>This node's part when another takes over a partition: to tell what it holds of it, a page at a time.</summary>
internal sealed class TransferSource(ObservedRecords records, TransferLedger ledger, int partitions, StorageNodeOptions options)
{
    private const int PageRecords = 64;

    internal async Task<PeerAnswer> ReadAsync(PullRecords request, CancellationToken cancellationToken)
    {
        if (request.Partition < 0 || request.Partition >= partitions)
        {
            return new PeerFailure(PeerFailureKind.Refused, "There is no such partition.");
        }

        if (ledger.Lacks(request.Partition))
        {
            return new PeerFailure(PeerFailureKind.NotCopied, "The node is copying the partition itself.");
        }

        try
        {
            return await ReadPageAsync(request, cancellationToken);
        }
        catch (StoreException failure)
        {
            return Replication.LocalReplica.FailureOf(failure);
        }
    }

    private async Task<RecordsPulled> ReadPageAsync(PullRecords request, CancellationToken cancellationToken)
    {
        var page = ImmutableArray.CreateBuilder<KeyValuePair<Key, DottedVersionVectorSet>>();
        var (after, sizeBytes) = (request.After, 0L);
        while (sizeBytes < options.TransferPageSizeBytes)
        {
            var few = await records.ReadPageAsync(request.Partition, after, PageRecords, cancellationToken);
            foreach (var (key, record) in few)
            {
                page.Add(new(key, record.Versions));
                sizeBytes += OwnershipTransfer.SizeBytesOf(key, record.Versions);
                after = key;
                if (sizeBytes >= options.TransferPageSizeBytes)
                {
                    return new(page.ToImmutable(), IsLast: false);
                }
            }

            if (few.Count < PageRecords)
            {
                return new(page.ToImmutable(), IsLast: true);
            }
        }

        return new(page.ToImmutable(), IsLast: false);
    }
}
