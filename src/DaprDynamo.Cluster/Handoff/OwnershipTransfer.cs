using System.Collections.Concurrent;
using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// Copies what the node takes over: the partitions it gains by a change of the ring, or all of its own when its disk was
/// lost. Begins when no request anywhere goes by a view from before the change, so that what is written from then on comes by
/// itself. A partition is copied from the members that lose it, as the node then knows all that they knew and takes their
/// place in any quorum; where they are down, from all others that keep it.
/// </summary>
internal sealed class OwnershipTransfer(
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
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PullTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestAfterRefusal = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentBag<Pace> _paces = [.. Enumerable.Range(0, options.TransfersMax).Select(_ => new Pace(time))];
    private long _sizeBytesDone;
    private long _sizeBytesAtStart;
    private long _startedAt;
    private int _partitionsTotal;
    private int _partitionsDone;

    /// <summary>The change for which this node has copied all it gains; 0 for none.</summary>
    internal ulong CopiedEpoch { get; private set; }

    internal TransferProgress Progress
    {
        get
        {
            var total = Volatile.Read(ref _partitionsTotal);
            var done = Volatile.Read(ref _sizeBytesDone);
            return total == 0 ? TransferProgress.None
                : new(Volatile.Read(ref _partitionsDone), total, done, (done - Volatile.Read(ref _sizeBytesAtStart)) / Math.Max(0.001, time.GetElapsedTime(Volatile.Read(ref _startedAt)).TotalSeconds));
        }
    }

    /// <summary>Who has to copy something before the change can go on.</summary>
    internal static IReadOnlySet<string> Gainers(ClusterView view)
    {
        var gainers = new SortedSet<string>(StringComparer.Ordinal);
        for (var partition = 0; partition < view.Settings.Space.Count && view.Ring.IsChanging; partition++)
        {
            var before = view.Ring.From.PreferenceListOf(partition).Primaries;
            gainers.UnionWith(view.Ring.To.PreferenceListOf(partition).Primaries.Where(nodeId => !before.Contains(nodeId)));
        }

        return gainers;
    }

    /// <summary>For each partition that somebody has to copy, who keeps it now.</summary>
    internal static IEnumerable<ImmutableArray<string>> Sources(ClusterView view)
    {
        for (var partition = 0; partition < view.Settings.Space.Count && view.Ring.IsChanging; partition++)
        {
            var before = view.Ring.From.PreferenceListOf(partition).Primaries;
            if (view.Ring.To.PreferenceListOf(partition).Primaries.Any(nodeId => !before.Contains(nodeId)))
            {
                yield return before;
            }
        }
    }

    /// <summary>What a record weighs on its way, more or less.</summary>
    internal static long SizeBytesOf(Key key, DottedVersionVectorSet versions) =>
        key.Utf8.Length + versions.ValuesSizeBytes + (32L * (versions.Siblings.Length + versions.Context.Entries.Length));

    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await WorkAsync(stopping);
            }
            catch (StoreException failure)
            {
                logger.LogWarning(failure, "A partition could not be copied; it is tried again");
                await Task.Delay(RestAfterFailure, time, stopping);
            }

            await table.Changed.WaitAsync(LookEvery, stopping);
        }
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        var view = table.Current;
        if (ledger.IsRefilling)
        {
            if (await CopyAsync(view, IsHeld, stopping))
            {
                await ledger.EndRefillAsync();
                logger.LogInformation("{NodeId} holds all its partitions again", table.SelfId);
            }
        }
        else if (view.Changing.Any(record => record.Phase == ChangePhase.Copying) && CopiedEpoch != view.Epoch && confirmations.AreAllSettled(view, view.Epoch))
        {
            await ledger.BeginAsync(view);
            if (await CopyAsync(view, IsGained, stopping))
            {
                CopiedEpoch = view.Epoch;
            }
        }
        else if (!view.Ring.IsChanging)
        {
            Volatile.Write(ref _partitionsTotal, 0);
        }

        bool IsGained(int partition) => view.Ring.To.PreferenceListOf(partition).Primaries.Contains(table.SelfId)
            && !view.Ring.From.PreferenceListOf(partition).Primaries.Contains(table.SelfId);

        bool IsHeld(int partition) => view.IsReplica(table.SelfId, partition);
    }

    /// <summary>Copies partitions, several at a time.</summary>
    /// <returns>Whether all are copied; false when some have to be tried again, or the ring has changed meanwhile.</returns>
    private async Task<bool> CopyAsync(ClusterView view, Func<int, bool> isWanted, CancellationToken stopping)
    {
        var wanted = Enumerable.Range(0, view.Settings.Space.Count).Where(isWanted).ToList();
        var left = new Queue<int>(wanted.Where(partition => !ledger.Done.Contains(partition)));
        if (left.Count == wanted.Count || Volatile.Read(ref _partitionsTotal) == 0)
        {
            Volatile.Write(ref _startedAt, time.GetTimestamp());
            Volatile.Write(ref _sizeBytesAtStart, ledger.SizeBytesDone);
            Volatile.Write(ref _sizeBytesDone, ledger.SizeBytesDone);
            logger.LogInformation("{NodeId} copies {Left} partitions, {Total} in all", table.SelfId, left.Count, wanted.Count);
        }

        Volatile.Write(ref _partitionsDone, wanted.Count - left.Count);
        Volatile.Write(ref _partitionsTotal, wanted.Count);
        var failed = false;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.TransfersMax, left.Count)).Select(_ => CopyOneByOneAsync()));
        if (failed || table.Current.Epoch != view.Epoch)
        {
            return false;
        }

        if (wanted.Count > 0)
        {
            logger.LogInformation(
                "{NodeId} has copied {Partitions} partitions with {SizeBytes} bytes in {TookSeconds:0.0} s",
                table.SelfId, wanted.Count, Volatile.Read(ref _sizeBytesDone), time.GetElapsedTime(Volatile.Read(ref _startedAt)).TotalSeconds);
        }

        return true;

        async Task CopyOneByOneAsync()
        {
            while (NextPartition() is { } partition)
            {
                var before = Volatile.Read(ref _sizeBytesDone);
                if (await CopyPartitionAsync(view, partition, stopping))
                {
                    await ledger.AddAsync(partition, Volatile.Read(ref _sizeBytesDone), wasEmpty: Volatile.Read(ref _sizeBytesDone) == before);
                    Interlocked.Increment(ref _partitionsDone);
                }
                else
                {
                    failed = true;
                    await Task.Delay(RestAfterFailure, time, stopping);
                }
            }
        }

        int? NextPartition()
        {
            lock (left)
            {
                return table.Current.Epoch == view.Epoch && left.TryDequeue(out var partition) ? partition : null;
            }
        }
    }

    private async Task<bool> CopyPartitionAsync(ClusterView view, int partition, CancellationToken stopping)
    {
        var before = view.Ring.From.PreferenceListOf(partition).Primaries;
        var losing = before.RemoveAll(view.Ring.To.PreferenceListOf(partition).Primaries.Contains);
        if (losing.Length > 0 && !ledger.IsRefilling && !losing.Any(confirmations.IsDown))
        {
            var lacks = false;
            foreach (var sourceId in losing)
            {
                var pull = await CopyFromAsync(view, sourceId, partition, stopping);
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
                var pull = await CopyFromAsync(view, sourceId, partition, stopping);
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
    private async Task<Pull> CopyFromAsync(ClusterView view, string sourceId, int partition, CancellationToken stopping)
    {
        Key? after = null;
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

                if (!await TakeInAsync(view, page, started, stopping))
                {
                    return Pull.Failed;
                }

                if (page.Records.Length > 0)
                {
                    await pace.RestAfterAsync(started, stopping, foreground.Slowdown);
                }

                if (page.IsLast)
                {
                    return Pull.Whole;
                }

                after = page.Records[^1].Key;
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
    private async Task<bool> TakeInAsync(ClusterView view, RecordsPulled page, long pulledAt, CancellationToken stopping)
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
                    Interlocked.Add(ref _sizeBytesDone, SizeBytesOf(pair.Key, pair.Value));
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
