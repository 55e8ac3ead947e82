using System.Collections.Concurrent;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// Copies one partition: from the members that lose it, as the node then knows all that they knew and takes their place in any
/// quorum; where they are down, from all others that keep it. It rests between pages, and longer while clients wait.
/// </summary>
internal sealed class PartitionCopy(
    MemberTable table,
    TransferLedger ledger,
    Confirmations confirmations,
    ReplicaSet replicas,
    ForegroundLatency foreground,
    TimeProvider time,
    StorageNodeOptions options,
    ILogger logger)
{
    private const int MergesAtOnceMax = 64;
    private const int RefusalsMax = 50;
    private static readonly TimeSpan PullTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestAfterRefusal = TimeSpan.FromMilliseconds(10);

    // A partition that has to be tried again goes on after the last page that is here.
    private readonly ConcurrentDictionary<Pulled, Key> _lastKeys = [];
    private readonly ConcurrentBag<Pace> _paces = [.. Enumerable.Range(0, options.TransfersMax).Select(_ => new Pace(time))];

    /// <summary>Copies a partition.</summary>
    /// <param name="view">The cluster, in the middle of the change.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="onTaken">Told of every record that is on this node's disk, with its size in bytes.</param>
    /// <param name="stopping">Gives up.</param>
    /// <returns>Whether it is copied; false when it has to be tried again.</returns>
    internal async Task<bool> CopyAsync(ClusterView view, int partition, Action<long> onTaken, CancellationToken stopping)
    {
        foreach (var over in _lastKeys.Keys.Where(pulled => pulled.Epoch != view.Epoch))
        {
            _lastKeys.TryRemove(over, out _);
        }

        var before = view.Ring.From.PreferenceListOf(partition).Primaries;
        var losing = before.RemoveAll(view.Ring.To.PreferenceListOf(partition).Primaries.Contains);
        if (losing.Length > 0 && !ledger.IsRefilling && !losing.Any(confirmations.IsDown))
        {
            var lacks = false;
            foreach (var sourceId in losing)
            {
                var pull = await CopyFromAsync(view, sourceId, partition, onTaken, stopping);
                if (pull == Pull.Failed)
                {
                    // It is there, or will be, or will be down: nobody else may know what it knows.
                    return false;
                }

                lacks |= pull is Pull.Lacking or Pull.Unreadable;
            }

            return !lacks || await CopyFromAllAsync(losing);
        }

        return await CopyFromAllAsync([]);

        // All that keep it and can be had, one at least: any of them may be the one that knows of a write.
        async Task<bool> CopyFromAllAsync(IReadOnlyList<string> besides)
        {
            var sources = before.Where(nodeId => nodeId != table.SelfId && !confirmations.IsDown(nodeId)).ToList();
            var (whole, lacking) = (0, 0);
            foreach (var sourceId in sources.Except(besides))
            {
                var pull = await CopyFromAsync(view, sourceId, partition, onTaken, stopping);
                whole += pull == Pull.Whole ? 1 : 0;
                lacking += pull == Pull.Lacking ? 1 : 0;
            }

            var asked = sources.Except(besides).Count();
            var isAlone = before.All(nodeId => nodeId == table.SelfId);
            if (sources.Count == 0 && !isAlone && Confirmations.IsForced(view))
            {
                logger.LogError("All who kept partition {Partition} are gone ({Keepers}), and with them what it held: the removal is forced", partition, string.Join(", ", before));
                return true;
            }

            // Where everybody lost what they had there is nothing left to copy.
            return isAlone || (whole + lacking == asked && asked > 0 && (whole > 0 || sources.Count == lacking + besides.Count));
        }
    }

    /// <summary>Copies what one member holds of a partition.</summary>
    private async Task<Pull> CopyFromAsync(ClusterView view, string sourceId, int partition, Action<long> onTaken, CancellationToken stopping)
    {
        var pulled = new Pulled(view.Epoch, partition, sourceId, view.Members.GetValueOrDefault(sourceId)?.Incarnation ?? 0);
        var after = _lastKeys.GetValueOrDefault(pulled);
        var refusals = 0;
        if (!_paces.TryTake(out var pace))
        {
            pace = new Pace(time);
        }

        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var answer = await replicas.AskAsync(view, sourceId, new PullRecords(partition, after), Deadline.After(PullTimeout, time), stopping);
                if (answer is PeerFailure { Kind: PeerFailureKind.Overloaded } && ++refusals <= RefusalsMax)
                {
                    // It reads for others at the moment, or serves clients first.
                    await Task.Delay(RestAfterRefusal * refusals, time, stopping);
                    continue;
                }

                if (answer is not RecordsPulled page)
                {
                    return answer is PeerFailure failure ? KindOf(failure) : Pull.Failed;
                }

                if (!await TakeInAsync(view, page, started, onTaken, stopping))
                {
                    return Pull.Failed;
                }

                if (page.Records.Length > 0)
                {
                    await pace.RestAfterAsync(started, stopping, foreground.Slowdown);
                }

                if (page.IsLast)
                {
                    _lastKeys.TryRemove(pulled, out _);
                    return Pull.Whole;
                }

                refusals = 0;
                _lastKeys[pulled] = after = page.Records[^1].Key;
                if (table.Current.Epoch != view.Epoch)
                {
                    return Pull.Failed;
                }
            }
        }
        finally
        {
            _paces.Add(pace);
        }
    }

    /// <summary>Merges a page into what the node holds: fewer records at once when its disk is busy.</summary>
    private async Task<bool> TakeInAsync(ClusterView view, RecordsPulled page, long pulledAt, Action<long> onTaken, CancellationToken stopping)
    {
        var left = new Queue<KeyValuePair<Key, DottedVersionVectorSet>>(page.Records);
        var (atOnce, refusals) = (MergesAtOnceMax, 0);
        while (left.Count > 0)
        {
            var few = Enumerable.Range(0, Math.Min(atOnce, left.Count)).Select(_ => left.Dequeue()).ToList();
            var answers = await Task.WhenAll(few.Select(pair =>
                replicas.MergeAsync(view, table.SelfId, pair.Key, pair.Value, MergeCause.Handoff, pulledAt, Deadline.After(PullTimeout, time))));
            foreach (var (pair, answer) in few.Zip(answers))
            {
                if (answer is ReplicaMerged)
                {
                    onTaken(OwnershipTransfer.SizeBytesOf(pair.Key, pair.Value));
                }
                else if (answer is PeerFailure { Kind: PeerFailureKind.Overloaded })
                {
                    left.Enqueue(pair);
                }
                else
                {
                    return false;
                }
            }

            if (answers.Any(answer => answer is not ReplicaMerged))
            {
                if (++refusals > RefusalsMax)
                {
                    return false;
                }

                atOnce = Math.Max(1, atOnce / 2);
                await Task.Delay(RestAfterRefusal, time, stopping);
            }
        }

        return true;
    }

    private static Pull KindOf(PeerFailure failure) => failure.Kind switch
    {
        PeerFailureKind.NotCopied => Pull.Lacking,
        PeerFailureKind.Failed => Pull.Unreadable,
        _ => Pull.Failed,
    };

    /// <summary>What is copied from whom. Another disk of the same member is another source.</summary>
    private readonly record struct Pulled(ulong Epoch, int Partition, string SourceId, ulong Incarnation);

    private enum Pull
    {
        /// <summary>All that the member holds is here.</summary>
        Whole,

        /// <summary>The member lost what it held.</summary>
        Lacking,

        /// <summary>The member cannot read what it holds: its disk is damaged.</summary>
        Unreadable,

        /// <summary>To be tried again.</summary>
        Failed,
    }
}
