using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// What a member that leaves does for partitions where nobody takes its place, as the cluster has no more members than replicas: those who
/// stay get what they lack of its records. It may be the only one that holds a write whose other replica leaves next.
/// </summary>
internal sealed class Farewell(
    MemberTable table, Confirmations confirmations, ObservedRecords records, RecordOffer offer, TimeProvider time)
{
    private const int TriesMax = 10;
    private static readonly TimeSpan RestAfterTry = TimeSpan.FromMilliseconds(20);

    private readonly Pace _pace = new(time);

    /// <summary>Hands over what those who stay lack. To be called when every write goes to them too.</summary>
    /// <returns>Whether they lack nothing any more; false when it has to be tried again.</returns>
    internal async Task<bool> HandOverAsync(ClusterView view, CancellationToken stopping)
    {
        foreach (var partition in view.Ring.Moves.Shrinking.Where(partition => view.Ring.From.PreferenceListOf(partition).Primaries.Contains(table.SelfId)))
        {
            var staying = view.Ring.To.PreferenceListOf(partition).Primaries.Where(nodeId => !confirmations.IsDown(nodeId)).ToList();
            if (staying.Count == 0 || (!staying.Contains(table.SelfId) && !await HandOverAsync(view, partition, staying, stopping)))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> HandOverAsync(ClusterView view, int partition, IReadOnlyList<string> staying, CancellationToken stopping)
    {
        Key? after = null;
        while (true)
        {
            var started = time.GetTimestamp();
            var (next, isLast) = await HandOverPageAsync(view, partition, after, staying, stopping);
            if (isLast || next is null || table.Current.Epoch != view.Epoch)
            {
                return isLast && table.Current.Epoch == view.Epoch;
            }

            after = next;
            await _pace.RestAfterAsync(started, stopping);
        }
    }

    /// <returns>The last key of the page, and whether the partition ends with it; neither when some still lack what is in it.</returns>
    private async Task<(Key? Last, bool IsLast)> HandOverPageAsync(ClusterView view, int partition, Key? after, IReadOnlyList<string> staying, CancellationToken stopping)
    {
        for (var tries = 1; ; tries++)
        {
            var page = await records.ReadPageAsync(partition, after, RecordOffer.PageRecords, stopping);
            var lacks = false;
            foreach (var nodeId in page.Count > 0 ? staying : [])
            {
                lacks |= await offer.OfferAsync(view, nodeId, partition, after, page, stopping) is not { Count: 0 };
            }

            if (!lacks)
            {
                return page.Count < RecordOffer.PageRecords ? (null, true) : (page[^1].Key, false);
            }

            if (tries == TriesMax)
            {
                return (null, false);
            }

            // Clients write at the same time: a record that has changed meanwhile is looked at once more.
            await Task.Delay(RestAfterTry * tries, time, stopping);
        }
    }
}
