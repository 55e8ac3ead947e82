using System.Globalization;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Membership;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Admin;

/// <summary>Tells who belongs to the cluster in the shape of the contract.</summary>
internal static class MembersReport
{
    internal static MembersResponse Of(RunningNode running, Rebalancing rebalancing)
    {
        var view = running.Membership.Current;
        return new MembersResponse
        {
            Members = [.. view.Members.Values.Select(member => Of(running, member))],
            ViewDigest = view.Digest.ToString("x16", CultureInfo.InvariantCulture),
            Epoch = view.Epoch,
            Trouble = running.Node.Trouble,
            ChangeWaitsFor = running.Node.ChangeWaitsFor ?? rebalancing.WaitsFor,
        };
    }

    private static MemberResponse Of(RunningNode running, MemberRecord member) => new()
    {
        NodeId = member.NodeId,
        Address = member.Address.ToString(),
        Zone = member.Zone,
        State = member.State.ToString(),
        Phase = member.Phase.ToString(),
        IsRemoved = member.IsRemoved,
        Replaces = member.Replaces,
        Incarnation = member.Incarnation,
        Version = member.Version,
        Health = running.Node.IsSuspect(member.NodeId) ? "Suspect" : "Up",
        IsSelf = member.NodeId == running.Membership.SelfId,
        Transfer = running.Node.TransferOf(member.NodeId) is { PartitionsTotal: > 0 } transfer ? Of(transfer) : null,
    };

    private static TransferResponse Of(TransferProgress transfer) => new(
        transfer.PartitionsDone, transfer.PartitionsTotal, transfer.SizeBytesDone, transfer.SizeBytesTotal, transfer.BytesPerSecond, transfer.SecondsLeft);
}
