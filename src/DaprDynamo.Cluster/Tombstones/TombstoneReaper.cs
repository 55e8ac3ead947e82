using System.Collections.Concurrent;
using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Tombstones;

/// <summary>
/// Lets tombstones go when nothing older of their keys can exist any more, nowhere. The first primary of a key does it:
/// <list type="number">
/// <item>When the grace is over it asks every member. A replica confirms when it holds exactly the tombstone, any other
/// member when it holds nothing of the key and keeps no hint for it; and each lets in nothing older from then on.</item>
/// <item>When all have confirmed, it waits for the lifetime of a message: what was on its way before is refused by then.
/// So no node and no message holds a deleted value.</item>
/// <item>It tells the replicas to remove the tombstone. Each does so if it still holds exactly that. Where the word does
/// not arrive the tombstone stays, does no harm, and is reaped another time.</item>
/// </list>
/// Whoever cannot be reached may hold an old value, so nothing is reaped while a member is away. Wall clocks only decide
/// when the attempt begins, never whether it is safe.
/// </summary>
internal sealed class TombstoneReaper(
    IMembership membership,
    ObservedRecords records,
    ReplicaSet replicas,
    TombstoneWitness self,
    TombstoneQueue queue,
    TombstoneFences fences,
    HashForest forest,
    NodeStatistics statistics,
    TimeProvider time,
    StorageNodeOptions options,
    ILogger logger)
{
    private const int BatchTombstones = 128;
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReapTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Key, TombstoneVerdict> _refused = new();
    private readonly Queue<(long ConfirmedAt, ImmutableArray<Tombstone> Tombstones)> _confirmed = new();
    private int _waitingOut;

    private readonly TimeSpan _lifetime = TimeSpan.FromMilliseconds(options.MessageLifetimeMs);
    private readonly TimeSpan _tryAgainAfter = TimeSpan.FromMilliseconds(Math.Clamp(options.TombstoneGraceMs / 10, 1_000, 10 * 60_000));

    /// <summary>How long a fence must stand: from a member's word to the end of the wait that begins with the last member's.</summary>
    internal static TimeSpan FenceDuration(StorageNodeOptions options) =>
        RoundTimeout + TimeSpan.FromMilliseconds(options.MessageLifetimeMs) + TimeSpan.FromSeconds(5);

    /// <summary>The tombstones this node is to reap, and what they wait for.</summary>
    internal TombstonesWaiting Waiting()
    {
        var refused = _refused.Values.ToList();
        return new(
            InGrace: Math.Max(0, queue.Count - refused.Count),
            MemberAway: refused.Count(verdict => verdict == 0),
            ReplicaDiffers: refused.Count(verdict => verdict == TombstoneVerdict.Differs),
            HintPending: refused.Count(verdict => verdict == TombstoneVerdict.HintPending),
            MemberBusy: refused.Count(verdict => verdict == TombstoneVerdict.Busy),
            InFlight: Volatile.Read(ref _waitingOut));
    }

    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                fences.DropOld();
                await ReapConfirmedAsync();
                // While partitions move, copies of what is to go are on their way to members that were not asked.
                var taken = membership.Current.Ring.IsChanging ? 0 : await ConfirmDueAsync(stopping);
                if (taken == BatchTombstones)
                {
                    continue;
                }

                FindOverflowed();
            }
            catch (StoreException failure)
            {
                logger.LogWarning(failure, "Tombstones could not be reaped; it is tried again");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(options.HeartbeatIntervalMs), time, stopping);
        }
    }

    /// <summary>Asks all members about the tombstones whose grace is over.</summary>
    private async Task<int> ConfirmDueAsync(CancellationToken stopping)
    {
        var due = queue.TakeDue(BatchTombstones);
        if (due.Count == 0)
        {
            return 0;
        }

        var view = membership.Current;
        ImmutableArray<Tombstone> tombstones;
        try
        {
            tombstones = await StillDueAsync(view, due, stopping);
        }
        catch (StoreException)
        {
            due.ForEach(key => queue.AddAgain(key, _tryAgainAfter));
            throw;
        }

        if (tombstones.Length > 0)
        {
            var deadline = Deadline.After(RoundTimeout, time);
            var words = await Task.WhenAll(view.Present.Select(nodeId => AskAsync(view, nodeId, tombstones, deadline)));
            var verdicts = tombstones.Select((_, i) => Joined(words, i)).ToList();
            Take(tombstones, verdicts, inTime: deadline.Remaining(time) > TimeSpan.Zero);
        }

        return due.Count;
    }

    /// <summary>Those that are still deleted, whose grace is over, and that are this node's to reap.</summary>
    private async Task<ImmutableArray<Tombstone>> StillDueAsync(ClusterView view, List<Key> keys, CancellationToken stopping)
    {
        var due = ImmutableArray.CreateBuilder<Tombstone>();
        foreach (var key in keys)
        {
            var record = await records.ReadAsync(key, stopping);
            if (record is not { Versions.IsTombstone: true })
            {
                _refused.TryRemove(key, out _);
            }
            else if (!queue.IsDue(record))
            {
                _refused.TryRemove(key, out _);
                queue.Add(key, record);
            }
            else if (view.PreferenceListOf(key).Primaries is [var first, ..] && first == membership.SelfId)
            {
                due.Add(new Tombstone(key, record.Versions));
            }
            else
            {
                // Another's to reap; but the ring may change.
                queue.AddAgain(key, _tryAgainAfter);
            }
        }

        return due.ToImmutable();
    }

    private async Task<ImmutableArray<TombstoneVerdict>> AskAsync(
        ClusterView view, string nodeId, ImmutableArray<Tombstone> tombstones, Deadline deadline)
    {
        var request = new ConfirmTombstones(tombstones);
        var answer = nodeId == membership.SelfId ? await self.ConfirmAsync(request)
            : replicas.Detector.IsSuspect(nodeId) ? null
            : await replicas.AskAsync(view, nodeId, request, deadline, CancellationToken.None);
        return answer is TombstonesConfirmed confirmed && confirmed.Verdicts.Length == tombstones.Length ? confirmed.Verdicts : [];
    }

    /// <summary>What keeps a tombstone from being reaped: the first member's objection; 0 when a member is away.</summary>
    private static TombstoneVerdict Joined(ImmutableArray<TombstoneVerdict>[] words, int tombstone) =>
        words.Any(word => word.IsEmpty)
            ? 0
            : words.Select(word => word[tombstone]).FirstOrDefault(verdict => verdict != TombstoneVerdict.Confirmed, TombstoneVerdict.Confirmed);

    private void Take(ImmutableArray<Tombstone> tombstones, List<TombstoneVerdict> verdicts, bool inTime)
    {
        var confirmed = ImmutableArray.CreateBuilder<Tombstone>();
        for (var i = 0; i < tombstones.Length; i++)
        {
            var key = tombstones[i].Key;
            if (verdicts[i] == TombstoneVerdict.Confirmed && inTime)
            {
                _refused.TryRemove(key, out _);
                confirmed.Add(tombstones[i]);
            }
            else
            {
                _refused[key] = verdicts[i];
                queue.AddAgain(key, _tryAgainAfter);
            }
        }

        if (confirmed.Count > 0)
        {
            _confirmed.Enqueue((time.GetTimestamp(), confirmed.ToImmutable()));
            Interlocked.Add(ref _waitingOut, confirmed.Count);
        }
    }

    /// <summary>Removes what was confirmed a message's lifetime ago.</summary>
    private async Task ReapConfirmedAsync()
    {
        while (_confirmed.TryPeek(out var ripe) && time.GetElapsedTime(ripe.ConfirmedAt) > _lifetime)
        {
            _confirmed.Dequeue();
            Interlocked.Add(ref _waitingOut, -ripe.Tombstones.Length);
            foreach (var tombstone in ripe.Tombstones)
            {
                // Looked at again, whatever comes of it now: a key that is gone then is simply forgotten.
                queue.AddAgain(tombstone.Key, _tryAgainAfter);
            }

            var view = membership.Current;
            var byReplica = ripe.Tombstones
                .SelectMany(tombstone => view.PreferenceListOf(tombstone.Key).Primaries.Select(nodeId => (nodeId, tombstone)))
                .GroupBy(pair => pair.nodeId, pair => pair.tombstone, StringComparer.Ordinal);
            await Task.WhenAll(byReplica.Select(share => ReapAtAsync(view, share.Key, new ReapTombstones([.. share]))));
            statistics.CountReaped(ripe.Tombstones.Length);
        }
    }

    private Task<PeerAnswer> ReapAtAsync(ClusterView view, string nodeId, ReapTombstones request) =>
        nodeId == membership.SelfId
            ? self.ReapAsync(request)
            : replicas.AskAsync(view, nodeId, request, Deadline.After(ReapTimeout, time), CancellationToken.None);

    /// <summary>Has the partitions read again when the queue could not hold all of their tombstones.</summary>
    private void FindOverflowed()
    {
        if (queue.TakeOverflow())
        {
            var view = membership.Current;
            for (var partition = 0; partition < view.Settings.Space.Count; partition++)
            {
                forest.Forget(partition);
            }
        }
    }
}
