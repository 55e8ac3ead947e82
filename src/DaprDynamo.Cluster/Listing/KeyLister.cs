using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Listing;

/// <summary>
/// Tells the first keys that the node holds in some partitions, in the order of their bytes. The partitions are read side by side, each
/// a few records ahead, so that a page costs about as many reads as there are partitions and keys in it, however much the node holds.
/// </summary>
internal sealed class KeyLister(ObservedRecords records, TransferLedger ledger, PartitionSpace space)
{
    /// <summary>At most so many keys a page.</summary>
    internal const int LimitMax = 500;

    // A first look costs little for the many partitions that it shows to be further on.
    private const int FirstLook = 1;
    private const int LaterLook = 8;

    internal async Task<PeerAnswer> ListAsync(ListKeys request, CancellationToken cancellationToken)
    {
        if (request.Limit is < 1 or > LimitMax || request.Partitions.Any(partition => partition < 0 || partition >= space.Count))
        {
            return new PeerFailure(PeerFailureKind.Refused, "There are no such partitions, or too many keys are asked for.");
        }

        if (request.Partitions.Any(ledger.Lacks))
        {
            return new PeerFailure(PeerFailureKind.NotCopied, "The node lost its disk, and is copying some of the partitions again.");
        }

        try
        {
            return new KeysListed(await MergeAsync(request, cancellationToken));
        }
        catch (StoreException failure)
        {
            return Replication.LocalReplica.FailureOf(failure);
        }
    }

    private async Task<ImmutableArray<ListedKey>> MergeAsync(ListKeys request, CancellationToken cancellationToken)
    {
        var heads = new PriorityQueue<PartitionKeys, Key>();
        foreach (var partition in request.Partitions)
        {
            var keys = new PartitionKeys(records, space, partition, request.Prefix);
            await keys.BeginAsync(request.After, cancellationToken);
            if (keys.Head is { } head)
            {
                heads.Enqueue(keys, head.Key);
            }
        }

        var listed = ImmutableArray.CreateBuilder<ListedKey>();
        while (listed.Count < request.Limit && heads.TryDequeue(out var next, out _))
        {
            listed.Add(next.Head!.Value);
            await next.AdvanceAsync(cancellationToken);
            if (next.Head is { } head)
            {
                heads.Enqueue(next, head.Key);
            }
        }

        return listed.ToImmutable();
    }

    /// <summary>The live keys of one partition, one after the other.</summary>
    private sealed class PartitionKeys(ObservedRecords records, PartitionSpace space, int partition, Key? prefix)
    {
        private readonly Queue<ListedKey> _ahead = new();
        private Key? _readUpTo;
        private bool _isAtEnd;

        internal ListedKey? Head => _ahead.TryPeek(out var head) ? head : null;

        internal async Task BeginAsync(Key? after, CancellationToken cancellationToken)
        {
            _readUpTo = after;
            if (prefix is not null && (after is null || after < prefix))
            {
                // The prefix itself may be a key; all others that begin with it come after it.
                _readUpTo = prefix;
                if (space.PartitionOf(prefix) == partition && await records.ReadAsync(prefix, cancellationToken) is { } record)
                {
                    Take(prefix, record);
                }
            }

            if (_ahead.Count == 0)
            {
                await FillAsync(FirstLook, cancellationToken);
            }
        }

        internal async Task AdvanceAsync(CancellationToken cancellationToken)
        {
            _ahead.Dequeue();
            await FillAsync(LaterLook, cancellationToken);
        }

        private async Task FillAsync(int look, CancellationToken cancellationToken)
        {
            while (_ahead.Count == 0 && !_isAtEnd)
            {
                var page = await records.ReadPageAsync(partition, _readUpTo, look, cancellationToken);
                _isAtEnd = page.Count < look;
                foreach (var (key, record) in page)
                {
                    if (prefix is not null && !key.Utf8.Span.StartsWith(prefix.Utf8.Span))
                    {
                        _isAtEnd = true;
                        return;
                    }

                    _readUpTo = key;
                    Take(key, record);
                }

                // Behind a deleted key there may be many more.
                look = LaterLook;
            }
        }

        private void Take(Key key, StoredRecord record)
        {
            if (!record.Versions.Siblings.IsEmpty)
            {
                _ahead.Enqueue(new ListedKey(key, record.Versions.Siblings.Length, record.Versions.ValuesSizeBytes, record.ChangedAtMs));
            }
        }
    }
}
