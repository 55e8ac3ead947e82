using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Tombstones;

/// <summary>This node's part when a member wants to reap tombstones: to say what it holds, and to remove what is confirmed.</summary>
internal sealed class TombstoneWitness(IMembership membership, ObservedRecords records, HintBox hints, TombstoneFences fences)
{
    /// <summary>Answers for each tombstone, and raises its fence.</summary>
    internal async Task<PeerAnswer> ConfirmAsync(ConfirmTombstones request)
    {
        var view = membership.Current;
        var verdicts = await Task.WhenAll(request.Tombstones.Select(tombstone => ConfirmAsync(view, tombstone)));
        return new TombstonesConfirmed([.. verdicts]);
    }

    /// <summary>Removes the tombstones that are still all there is of their keys.</summary>
    internal async Task<PeerAnswer> ReapAsync(ReapTombstones request)
    {
        await Task.WhenAll(request.Tombstones.Select(tombstone => records.ChangeAsync(
            tombstone.Key,
            current => current is not null && current.Versions.Equals(tombstone.Versions) ? null : current).AsTask()));
        return TombstonesReaped.Instance;
    }

    private async Task<TombstoneVerdict> ConfirmAsync(ClusterView view, Tombstone tombstone)
    {
        // The fence first: what comes in behind it is harmless, what came in before it is looked for now.
        if (!fences.TryRaise(tombstone))
        {
            return TombstoneVerdict.Busy;
        }

        // Stands in line with the changes of the record, so that one on its way to the disk is seen.
        var held = (await records.ChangeAsync(tombstone.Key, current => current))?.Versions ?? DottedVersionVectorSet.Empty;
        var expected = view.IsReplica(membership.SelfId, tombstone.Key) ? tombstone.Versions : DottedVersionVectorSet.Empty;
        return !held.Equals(expected) ? TombstoneVerdict.Differs
            : await hints.HoldsAsync(tombstone.Key, view.PreferenceListOf(tombstone.Key).Primaries) ? TombstoneVerdict.HintPending
            : TombstoneVerdict.Confirmed;
    }
}
