using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// This node's part when others take over partitions: to tell what it holds of them, a page at a time. However many ask, it reads a
/// few pages at once, and later while its clients have to wait.
/// </summary>
internal sealed class TransferSource(
    ObservedRecords records, TransferLedger ledger, ForegroundLatency foreground, int partitions, TimeProvider time, StorageNodeOptions options)
{
    // Records may be large: a page that one of them fills should not have cost the reading of many.
    private const int RecordsFirst = 8;
    private const int RecordsMax = 64;
    private static readonly TimeSpan RestWhileClientsWait = TimeSpan.FromMilliseconds(20);

    private int _pagesBeingRead;

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

        if (Interlocked.Increment(ref _pagesBeingRead) > options.TransfersMax)
        {
            Interlocked.Decrement(ref _pagesBeingRead);
            return new PeerFailure(PeerFailureKind.Overloaded, "The node reads as many pages for others at once as it allows itself.");
        }

        try
        {
            if (foreground.Slowdown is > 1 and var slowdown)
            {
                await Task.Delay(RestWhileClientsWait * slowdown, time, cancellationToken);
            }

            return await ReadPageAsync(request, cancellationToken);
        }
        catch (StoreException failure)
        {
            return Replication.LocalReplica.FailureOf(failure);
        }
        finally
        {
            Interlocked.Decrement(ref _pagesBeingRead);
        }
    }

    private async Task<RecordsPulled> ReadPageAsync(PullRecords request, CancellationToken cancellationToken)
    {
        var page = ImmutableArray.CreateBuilder<KeyValuePair<Key, DottedVersionVectorSet>>();
        var (after, sizeBytes, limit) = (request.After, 0L, RecordsFirst);
        while (sizeBytes < options.TransferPageSizeBytes)
        {
            var few = await records.ReadPageAsync(request.Partition, after, limit, cancellationToken);
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

            if (few.Count < limit)
            {
                return new(page.ToImmutable(), IsLast: true);
            }

            limit = Math.Min(RecordsMax, limit * 2);
        }

        return new(page.ToImmutable(), IsLast: false);
    }
}
