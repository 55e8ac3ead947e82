using System.Collections.Immutable;
using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// Hands the hints over to their owners as these come back, oldest first, never more than a few at a time, with rests
/// between: a node that has just come back has clients to serve first (Dynamo, section 4.6).
/// <para>
/// A hint that has grown too old goes to the other replicas of its key instead, which bring the owner up to date by
/// anti-entropy: to all that are not down, and to as many as a write needs at least, for the hint may be one of the copies
/// that a client was promised, and whoever takes it may hold another of them already.
/// </para>
/// </summary>
internal sealed class HintedHandoff(
    IMembership membership, ViewsInUse views, HintBox hints, ReplicaSet replicas, Confirmations confirmations, NodeStatistics statistics, TimeProvider time, StorageNodeOptions options, ILogger logger)
{
    private const int PageHints = 64;
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(5);

    internal async Task RunAsync(CancellationToken stopping)
    {
        var pace = new Pace(time);
        while (true)
        {
            try
            {
                foreach (var ownerId in (await hints.CountAsync()).Keys)
                {
                    await HandOverAsync(ownerId, pace, stopping);
                }
            }
            catch (StoreException failure)
            {
                logger.LogWarning(failure, "Hints could not be read; it is tried again");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(options.HeartbeatIntervalMs), time, stopping);
        }
    }

    /// <summary>Hands over what is kept for one owner, until all is delivered or a page does not get through.</summary>
    private async Task HandOverAsync(string ownerId, Pace pace, CancellationToken stopping)
    {
        var last = 0L;
        while (true)
        {
            var started = time.GetTimestamp();
            var view = membership.Current;
            // Owners that have left do not come back, and a node that leaves cannot wait for them.
            var isBack = !replicas.Detector.IsSuspect(ownerId) || !view.Present.Contains(ownerId) || IsLeaving(view);
            // Of an owner that is away only the oldest hint is looked at: it is too old before any other is.
            var page = await hints.ReadPageAsync(ownerId, last, isBack ? PageHints : 1, stopping);
            if (page.Count == 0)
            {
                return;
            }

            var due = isBack ? page : [.. page.Where(hint => AgeMs(hint) > options.HintAgeMsMax)];
            foreach (var few in due.Chunk(options.HandoffInFlightMax))
            {
                var delivered = await Task.WhenAll(few.Select(hint => DeliverAsync(ownerId, hint, started)));
                await pace.RestAfterAsync(started, stopping);
                if (!delivered.All(arrived => arrived))
                {
                    // Gone again, or busy: what is left waits for the next round.
                    return;
                }

                started = time.GetTimestamp();
            }

            if (due.Count < page.Count)
            {
                return;
            }

            last = page[^1].Sequence;
        }
    }

    private async Task<bool> DeliverAsync(string ownerId, Hint hint, long knownSince)
    {
        // A change of the ring waits for this to end: whoever then copies from the owner finds what was delivered to it.
        using var use = views.Enter();
        var (arrived, toOwner) = (false, false);
        foreach (var group in GroupsOf(use.View, hint))
        {
            toOwner = group.Contains(ownerId) && !replicas.Detector.IsSuspect(ownerId);
            arrived = toOwner
                ? await SendAsync(use.View, ownerId, hint, knownSince)
                : await PassOnAsync(use.View, group, ownerId, hint, knownSince);
            if (!arrived)
            {
                statistics.CountHintDeliveryFailed();
                return false;
            }
        }

        if (arrived)
        {
            await hints.RemoveAsync(ownerId, hint);
            statistics.CountHintDelivered(toOwner);
        }

        return arrived;
    }

    /// <summary>
    /// While a key moves, those who keep it now and those who are about to must both have what a hint says before it goes. A node
    /// that leaves takes nothing itself, and where nobody else keeps the key any more, the others alone count.
    /// </summary>
    private IEnumerable<ImmutableArray<string>> GroupsOf(ClusterView view, Hint hint)
    {
        var serving = view.PreferenceListOf(hint.Key).Primaries;
        var next = view.Ring.To.PreferenceListOf(view.Settings.Space.PartitionOf(hint.Key)).Primaries;
        ImmutableArray<ImmutableArray<string>> groups = serving.SequenceEqual(next, StringComparer.Ordinal) ? [serving] : [serving, next];
        return IsLeaving(view) ? groups.Select(group => group.Remove(membership.SelfId)).Where(group => !group.IsEmpty) : groups;
    }

    /// <summary>Gives a hint to others than its owner.</summary>
    /// <returns>Whether so many have taken it that it may go.</returns>
    private async Task<bool> PassOnAsync(ClusterView view, ImmutableArray<string> group, string ownerId, Hint hint, long knownSince)
    {
        // A node that leaves cannot wait for those who may never come back: nobody could be taken out until it has left.
        // And nobody is not enough: where no replica is besides the owner, the hint may be all there is of a write. Where members are
        // fewer than replicas, it may be one of the copies that the client was promised, and waits for its owner.
        var others = group.Remove(ownerId);
        var copiesMax = group.Contains(ownerId) ? view.Settings.Quorum.Replicas - 1 : others.Length;
        var least = IsLeaving(view) ? 1 : Math.Max(1, Math.Min(view.Settings.Quorum.WriteQuorum, copiesMax));
        var needed = Math.Max(least, others.Count(nodeId => !confirmations.IsDown(nodeId)));
        var reachable = others.Where(nodeId => !replicas.Detector.IsSuspect(nodeId)).ToList();
        return reachable.Count >= needed && (await Task.WhenAll(reachable.Select(nodeId => SendAsync(view, nodeId, hint, knownSince)))).All(arrived => arrived);
    }

    private async Task<bool> SendAsync(ClusterView view, string nodeId, Hint hint, long knownSince) => await replicas.MergeAsync(
        view, nodeId, hint.Key, hint.Record.Versions, MergeCause.Handoff, knownSince, Deadline.After(DeliveryTimeout, time)) is ReplicaMerged;

    private bool IsLeaving(ClusterView view) => view.Members.GetValueOrDefault(membership.SelfId)?.State == MemberState.Leaving;

    private double AgeMs(Hint hint) => time.GetUtcNow().ToUnixTimeMilliseconds() - hint.Record.ChangedAtMs;
}
