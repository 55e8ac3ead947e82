using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// Which members' words a step of a change needs, and whether they are there. Everybody who answers must have given it;
/// whoever has been silent for long is left out, as long as more than half of the members remain, or an operator has forced
/// the change: what such a member still does by an old view the others refuse (see <see cref="RequestGate"/>).
/// </summary>
internal sealed class Confirmations(MemberTable table, FailureDetector detector, PeerStatuses statuses, ViewsInUse views, StorageNodeOptions options)
{
    /// <summary>Whether a member has been silent for so long that changes go on without it.</summary>
    internal bool IsDown(string nodeId) => detector.SuspectFor(nodeId) is { } silent && silent.TotalMilliseconds >= options.DownAfterMs;

    /// <summary>Whether no request anywhere goes by a view from before an epoch.</summary>
    /// <param name="view">The node's own view.</param>
    /// <param name="epoch">The epoch.</param>
    internal bool AreAllSettled(ClusterView view, ulong epoch) =>
        WaitsFor(view, epoch) is null;

    /// <summary>A member whose word is missing, and what is missing; null when nothing is.</summary>
    internal string? WaitsFor(ClusterView view, ulong epoch)
    {
        if (views.SettledEpoch < epoch)
        {
            return $"{table.SelfId} still answers requests that began before the change.";
        }

        var (given, counted) = (0, 0);
        foreach (var nodeId in Judges(view))
        {
            var counts = CountsForMajority(view, nodeId) ? 1 : 0;
            counted += counts;
            if (nodeId == table.SelfId || (HasSettled(nodeId, epoch) && !IsDown(nodeId)))
            {
                given += counts;
            }
            else if (!IsDown(nodeId))
            {
                return $"{nodeId} has not confirmed the change yet.";
            }
        }

        // None counts only while the first member forms the cluster.
        return given * 2 > counted || counted == 0 || IsForced(view) ? null : "More than half of the members are silent.";
    }

    /// <summary>Whether an operator has forced the change that is under way.</summary>
    internal static bool IsForced(ClusterView view) => view.Changing.Any(record => record.IsForced);

    /// <summary>Whether a member has said that none of its requests goes by a view from before an epoch.</summary>
    internal bool HasSettled(string nodeId, ulong epoch) => statuses[nodeId]?.SettledEpoch >= epoch;

    /// <summary>Whether a member has copied what it gains by the change.</summary>
    internal bool HasCopied(string nodeId, ulong epoch) => statuses[nodeId]?.CopiedEpoch == epoch;

    /// <summary>
    /// Whether so many members have the ring of a view on their disks that any majority of them would know of the change after a
    /// crash of all: one whose disk is full starts again with the ring from before, and more than half could serve by it.
    /// </summary>
    internal bool IsKeptByHalf(ClusterView view)
    {
        var counted = Judges(view).Where(nodeId => CountsForMajority(view, nodeId)).ToList();
        var kept = counted.Count(nodeId => (nodeId == table.SelfId ? table.KeptEpoch : statuses[nodeId]?.KeptEpoch) >= view.Epoch);
        return kept * 2 >= counted.Count;
    }

    /// <summary>Whether another member has the ring of a view on its disk, or there is no other.</summary>
    internal bool IsKeptByOthers(ClusterView view)
    {
        var others = Judges(view).Where(nodeId => nodeId != table.SelfId).ToList();
        return others.Count == 0 || others.Exists(nodeId => statuses[nodeId]?.KeptEpoch >= view.Epoch);
    }

    /// <summary>Those who keep a partition that others are to copy, none of whom can be asked; null when of each somebody can.</summary>
    internal string? KeepersOutOfReach(ClusterView view) =>
        view.Ring.Moves.Partitions.Select(partition => view.Ring.From.PreferenceListOf(partition).Primaries).FirstOrDefault(keepers => !keepers.IsEmpty && keepers.All(IsDown)) is { IsDefault: false } silent
            ? string.Join(", ", silent)
            : null;

    /// <summary>Whether of some partition that fewer will keep all are away who will.</summary>
    internal bool IsNobodyLeftToStay(ClusterView view) =>
        view.Ring.Moves.Shrinking.Any(partition => view.Ring.To.PreferenceListOf(partition).Primaries.All(IsDown));

    /// <summary>Whether a change needs more than half of such members: of those that have never kept anything any number may be away.</summary>
    internal static bool CountsForMajority(ClusterView view, string nodeId) => view.Members[nodeId].State is not (MemberState.New or MemberState.Pending);

    /// <summary>Those whose word is asked for: all members but the dead ones that the change itself takes out.</summary>
    internal static IEnumerable<string> Judges(ClusterView view) => view.Present.Where(nodeId =>
        !view.Members[nodeId].IsRemoved && !view.Members.Values.Any(record => record.Replaces == nodeId && record.ReplacesIncarnation >= view.Members[nodeId].Incarnation));
}
