using DaprDynamo.Cluster.Membership;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Node.Admin;

/// <summary>Tells the ring of a view in the shape of the contract.</summary>
internal static class RingReport
{
    internal static RingResponse Of(ClusterView view, Key? key)
    {
        var placement = view.Placement;
        var lists = Enumerable.Range(0, view.Settings.Space.Count).Select(partition => placement.PreferenceListOf(partition).Primaries).ToList();
        var primaries = lists.Where(list => list.Length > 0).CountBy(list => list[0]).ToDictionary(StringComparer.Ordinal);
        var replicas = lists.SelectMany(list => list).CountBy(nodeId => nodeId).ToDictionary(StringComparer.Ordinal);
        return new RingResponse
        {
            ClusterName = view.Settings.Name,
            Partitions = view.Settings.Space.Count,
            Replicas = view.Settings.Quorum.Replicas,
            ReadQuorum = view.Settings.Quorum.ReadQuorum,
            WriteQuorum = view.Settings.Quorum.WriteQuorum,
            Digest = placement.Digest,
            Epoch = view.Epoch,
            IsChanging = view.Ring.IsChanging,
            Members =
            [
                .. view.Members.Values.Where(member => member.IsPresent).Select(member => new RingMemberResponse(
                    member.NodeId,
                    member.Address.ToString(),
                    member.Zone,
                    [.. member.Tokens.Select(token => token.Partition)],
                    primaries.GetValueOrDefault(member.NodeId),
                    replicas.GetValueOrDefault(member.NodeId))),
            ],
            PreferenceLists = [.. lists],
            Balance = new RingBalanceResponse(placement.Balance.Primaries, placement.Balance.Replicas),
            Key = key is null ? null : PlacementOf(view, key),
        };
    }

    private static KeyPlacementResponse PlacementOf(ClusterView view, Key key)
    {
        var list = view.PreferenceListOf(key);
        return new(key.HashText, view.Settings.Space.PartitionOf(key), list.Primaries, list.Fallbacks);
    }
}
