using System.Collections.Immutable;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// Copies what the node takes over: the partitions it gains by a change of the ring, or all of its own when its disk was
/// lost. Begins when no request anywhere goes by a view from before the change, so that what is written from then on comes by
/// itself. How a partition is copied <see cref="PartitionCopy"/> says.
/// </summary>
internal sealed class OwnershipTransfer(
    MemberTable table,
    TransferLedger ledger,
    Confirmations confirmations,
    PartitionCopy copy,
    Farewell farewell,
    TimeProvider time,
    StorageNodeOptions options,
    ILogger logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMilliseconds(500);

    private long _sizeBytesDone;
    private long _sizeBytesAtStart;
    private long _startedAt;
    private int _partitionsTotal;
    private int _partitionsDone;

    /// <summary>The change for which this node has copied all it gains, and handed over what others lack; 0 for none.</summary>
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
        if (ledger.Current is { IsRefill: true } refill)
        {
            if (await CopyAsync(view, refill, [.. Enumerable.Range(0, view.Settings.Space.Count).Where(partition => view.IsReplica(table.SelfId, partition))], stopping))
            {
                await ledger.EndAsync(refill);
                logger.LogInformation("{NodeId} holds all its partitions again", table.SelfId);
            }
        }
        else if (view.Changing.Any(record => record.Phase == ChangePhase.Copying) && CopiedEpoch != view.Epoch && confirmations.AreAllSettled(view, view.Epoch))
        {
            if (await ledger.BeginAsync(view) is { IsRefill: false } task && await CopyAsync(view, task, view.Ring.Moves.GainsOf(table.SelfId), stopping)
                && await farewell.HandOverAsync(view, stopping))
            {
                CopiedEpoch = view.Epoch;
            }
        }
        else if (!view.Ring.IsChanging)
        {
            Volatile.Write(ref _partitionsTotal, 0);
        }
    }

    /// <summary>Copies partitions, several at a time.</summary>
    /// <returns>Whether all are copied; false when some have to be tried again, or the ring has changed meanwhile.</returns>
    private async Task<bool> CopyAsync(ClusterView view, TransferLedger.TransferTask task, ImmutableArray<int> wanted, CancellationToken stopping)
    {
        var left = new Queue<int>(wanted.Where(partition => !task.Done.Contains(partition)));
        if (left.Count == wanted.Length || Volatile.Read(ref _partitionsTotal) == 0)
        {
            Volatile.Write(ref _startedAt, time.GetTimestamp());
            Volatile.Write(ref _sizeBytesAtStart, task.SizeBytesDone);
            Volatile.Write(ref _sizeBytesDone, task.SizeBytesDone);
            logger.Log(wanted.IsEmpty ? LogLevel.Debug : LogLevel.Information, "{NodeId} copies {Left} partitions, {Total} in all", table.SelfId, left.Count, wanted.Length);
        }

        Volatile.Write(ref _partitionsDone, wanted.Length - left.Count);
        Volatile.Write(ref _partitionsTotal, wanted.Length);
        var failed = false;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.TransfersMax, left.Count)).Select(_ => CopyOneByOneAsync()));
        if (failed || table.Current.Epoch != view.Epoch)
        {
            return false;
        }

        if (wanted.Length > 0)
        {
            logger.LogInformation(
                "{NodeId} has copied {Partitions} partitions with {SizeBytes} bytes in {TookSeconds:0.0} s",
                table.SelfId, wanted.Length, Volatile.Read(ref _sizeBytesDone), time.GetElapsedTime(Volatile.Read(ref _startedAt)).TotalSeconds);
        }

        return true;

        async Task CopyOneByOneAsync()
        {
            while (NextPartition() is { } partition)
            {
                var sizeBytes = 0L;
                if (await copy.CopyAsync(view, partition, size => sizeBytes += size, stopping))
                {
                    // Together, as how much is left is judged by what the copied ones held.
                    await ledger.AddAsync(task, partition, Interlocked.Add(ref _sizeBytesDone, sizeBytes), wasEmpty: sizeBytes == 0);
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
}
