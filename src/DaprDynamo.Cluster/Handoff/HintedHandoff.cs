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
/// A hint that has grown too old goes to another replica of its key instead, which brings the owner up to date by
/// anti-entropy. It is never just dropped: it may be one of the copies that a client was promised.
/// </para>
/// </summary>
internal sealed class HintedHandoff(
    IMembership membership, HintBox hints, ReplicaSet replicas, NodeStatistics statistics, TimeProvider time, StorageNodeOptions options, ILogger logger)
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
            var isLeaving = view.Members.GetValueOrDefault(membership.SelfId)?.State == MemberState.Leaving;
            // Owners that have left do not come back, and a node that leaves cannot wait for them.
            var isBack = !replicas.Detector.IsSuspect(ownerId) || !view.Present.Contains(ownerId) || isLeaving;
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
        var view = membership.Current;
        var primaries = view.PreferenceListOf(hint.Key).Primaries;
        var isLeaving = view.Members.GetValueOrDefault(membership.SelfId)?.State == MemberState.Leaving;
        IEnumerable<string> targets = view.IsReplica(ownerId, hint.Key) && !replicas.Detector.IsSuspect(ownerId)
            ? [ownerId]
            : replicas.InOrderOfAsking(primaries.Where(nodeId =>
                nodeId != ownerId && !replicas.Detector.IsSuspect(nodeId) && !(isLeaving && nodeId == membership.SelfId)));
        foreach (var nodeId in targets)
        {
            var answer = await replicas.MergeAsync(
                view, nodeId, hint.Key, hint.Record.Versions, MergeCause.Handoff, knownSince, Deadline.After(DeliveryTimeout, time));
            if (answer is ReplicaMerged)
            {
                await hints.RemoveAsync(ownerId, hint);
                statistics.CountHintDelivered(toOwner: nodeId == ownerId);
                return true;
            }
        }

        statistics.CountHintDeliveryFailed();
        return false;
    }

    private double AgeMs(Hint hint) => time.GetUtcNow().ToUnixTimeMilliseconds() - hint.Record.ChangedAtMs;
}
