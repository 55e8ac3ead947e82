using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Listing;

/// <summary>
/// Tells the first keys that the node holds in some partitions, in the order of their bytes. Always the partition is looked at that is
/// furthest behind, so that whenever the work ends - by the limit, by the deadline, or because too many deleted keys were passed over -
/// all keys up to some point are told, and the next page can go on from there.
/// </summary>
internal sealed class KeyLister(ObservedRecords records, TransferLedger ledger, PartitionSpace space, TimeProvider time, int deletedMax = KeyLister.DeletedMaxDefault)
{
    /// <summary>At most so many keys a page.</summary>
    internal const int LimitMax = 500;

    /// <summary>After so many deleted keys a page ends before it is full: the answer would take ever longer, for nothing to see.</summary>
    private const int DeletedMaxDefault = 20_000;

    internal async Task<PeerAnswer> ListAsync(ListKeys request, Deadline deadline, CancellationToken cancellationToken)
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
            // The other half is for the way back: an answer that comes too late is none.
            return await MergeAsync(request, Deadline.After(deadline.Remaining(time) / 2, time), cancellationToken);
        }
        catch (StoreException failure)
        {
            return Replication.LocalReplica.FailureOf(failure);
        }
    }

    private async Task<PeerAnswer> MergeAsync(ListKeys request, Deadline deadline, CancellationToken cancellationToken)
    {
        // By how far each is known, null for nothing yet: what is not known comes before the keys that may be found in it.
        var behind = new PriorityQueue<PartitionKeys, (Key? Position, bool IsKnown)>(Comparer<(Key? Position, bool IsKnown)>.Create(Compare));
        foreach (var partition in request.Partitions)
        {
            var keys = new PartitionKeys(records, partition, request.Prefix, StartOf(request));
            behind.Enqueue(keys, keys.Place);
        }

        var listed = ImmutableArray.CreateBuilder<ListedKey>();
        if (BeginsAtPrefix(request) && await PrefixAsKeyAsync(request, cancellationToken) is { } prefix)
        {
            listed.Add(prefix);
        }

        var start = StartOf(request);
        var deleted = 0;
        while (listed.Count < request.Limit && behind.TryDequeue(out var next, out var place))
        {
            if (place.IsKnown)
            {
                listed.Add(next.Take());
            }
            else if (deadline.Remaining(time) == TimeSpan.Zero || (deleted >= deletedMax && place.Position != start))
            {
                return place.Position is { } upTo && upTo != start
                    ? new KeysListed(listed.ToImmutable(), upTo)
                    : new PeerFailure(PeerFailureKind.Overloaded, "The node could not look through its partitions in the time it was given.");
            }
            else
            {
                deleted += await next.LookAsync(cancellationToken);
            }

            if (!next.IsAtEnd)
            {
                behind.Enqueue(next, next.Place);
            }
        }

        return new KeysListed(listed.ToImmutable(), LookedUpTo: null);
    }

    private static bool BeginsAtPrefix(ListKeys request) => request.Prefix is { } prefix && (request.After is null || request.After < prefix);

    private static Key? StartOf(ListKeys request) => BeginsAtPrefix(request) ? request.Prefix : request.After;

    /// <summary>The prefix itself may be a key; all others that begin with it come after it.</summary>
    private async Task<ListedKey?> PrefixAsKeyAsync(ListKeys request, CancellationToken cancellationToken) =>
        request.Prefix is { } prefix && request.Partitions.Contains(space.PartitionOf(prefix))
        && await records.ReadAsync(prefix, cancellationToken) is { Versions: { IsLive: true } versions, ChangedAtMs: var changedAtMs }
            ? new ListedKey(prefix, versions.Siblings.Length, versions.ValuesSizeBytes, changedAtMs)
            : null;

    private static int Compare((Key? Position, bool IsKnown) one, (Key? Position, bool IsKnown) other) =>
        Comparer<Key?>.Default.Compare(one.Position, other.Position) is not 0 and var order ? order : one.IsKnown.CompareTo(other.IsKnown);

    /// <summary>The live keys of one partition, one after the other.</summary>
    private sealed class PartitionKeys(ObservedRecords records, int partition, Key? prefix, Key? start)
    {
        // A first look costs little for the many partitions that it shows to be further on.
        private const int FirstLook = 1;
        private const int LaterLook = 16;

        // Behind a deleted key there may be many more.
        private const int LookMax = 512;

        private readonly Queue<ListedKey> _ahead = new();
        private Key? _lookedUpTo = start;
        private bool _isLookedThrough;
        private int _look = FirstLook;

        /// <summary>The next key, or, while it is not known, the last that was looked at.</summary>
        internal (Key? Position, bool IsKnown) Place => _ahead.TryPeek(out var next) ? (next.Key, true) : (_lookedUpTo, false);

        internal bool IsAtEnd => _ahead.Count == 0 && _isLookedThrough;

        internal ListedKey Take() => _ahead.Dequeue();

        /// <summary>Looks at some more records.</summary>
        /// <returns>How many of them were deleted keys.</returns>
        internal async Task<int> LookAsync(CancellationToken cancellationToken)
        {
            var found = await records.ScanKeysAsync(partition, _lookedUpTo, _look, cancellationToken);
            foreach (var key in found.Keys)
            {
                if (IsBeyond(key.Key))
                {
                    _isLookedThrough = true;
                    return 0;
                }

                _ahead.Enqueue(key);
            }

            (_lookedUpTo, _isLookedThrough) = found.LookedUpTo is { } upTo && !IsBeyond(upTo) ? (upTo, false) : (null, true);
            _look = _ahead.Count == 0 ? Math.Clamp(_look * 4, LaterLook, LookMax) : LaterLook;
            return found.Deleted;
        }

        private bool IsBeyond(Key key) => prefix is not null && !key.Utf8.Span.StartsWith(prefix.Utf8.Span);
    }
}
