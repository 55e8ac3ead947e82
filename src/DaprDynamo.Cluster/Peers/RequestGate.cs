using DaprDynamo.Cluster.Membership;
using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Peers;

/// <summary>
/// Judges whether a request may be answered by the view of the ring that its sender goes by. Members may be one step of a
/// change apart, and every step is safe with the next; a sender that missed more, because it hung or was cut off, could count
/// acknowledgements that nobody reads any more. One that has left could bring back what was deleted since, and one that this
/// node has never heard of may mean another cluster.
/// </summary>
internal sealed class RequestGate(IMembership membership)
{
    /// <summary>The refusal; null when the request may be answered.</summary>
    internal PeerFailure? Judge(PeerRequest request)
    {
        var view = membership.Current;
        var sender = view.Members.GetValueOrDefault(request.SenderId);
        if (request.SenderId.Length > 0 && request is not (SyncMembers or Ping) && sender is not { IsPresent: true } && !MayEndWhatItBegan(sender, request, view))
        {
            return new PeerFailure(PeerFailureKind.StaleView, $"{request.SenderId} is no member of the cluster that {membership.SelfId} knows.");
        }

        // What clients wait for may be a step behind; work in the background can wait for the news.
        var isTooOld = request switch
        {
            ReadReplica or MergeReplica { Cause: MergeCause.Write } or StoreHint => request.Epoch + 1 < view.Epoch,
            MergeReplica or PullRecords => request.Epoch < view.Epoch,
            ConfirmTombstones => request.Epoch != view.Epoch || view.Ring.IsChanging,
            _ => false,
        };
        if (request is ReadReplica && request.Epoch > view.Epoch + 1)
        {
            // This node was silent, and others may have gone on without it: what it takes itself to keep it may not hold.
            return new PeerFailure(PeerFailureKind.StaleView, $"{membership.SelfId} has not heard yet how the ring has changed.");
        }

        return isTooOld ? new PeerFailure(PeerFailureKind.StaleView, "The ring has changed since.") : null;
    }

    /// <summary>
    /// Whether a member that has just left serves a client of its last moment: what it asks brings nothing of its own back, and it went
    /// by the ring that all go by now.
    /// </summary>
    private static bool MayEndWhatItBegan(MemberRecord? sender, PeerRequest request, ClusterView view) =>
        sender is { State: MemberState.Left, IsRemoved: false } && request is ReadReplica or CoordinateOperation && request.Epoch + 1 >= view.Epoch;
}
