using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>A node that answers its peers wrongly, as a <see cref="PlantedMistake"/> says.</summary>
internal sealed class MistakenNode(StorageNode node, SimulatedDisk disk, PlantedMistake mistake) : IPeerRequestHandler
{
    public async Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken) => (mistake, request) switch
    {
        (PlantedMistake.ConfirmsTombstonesUnseen, ConfirmTombstones confirm) =>
            new TombstonesConfirmed([.. confirm.Tombstones.Select(_ => TombstoneVerdict.Confirmed)]),
        (PlantedMistake.SkipsRepairs, MergeReplica { Cause: not MergeCause.Write }) => ReplicaMerged.Instance,
        (PlantedMistake.TakesOldRecords, MergeReplica merge) =>
            await node.HandleAsync(merge with { Echo = await NowAsync(deadline) }, deadline, cancellationToken),
        (PlantedMistake.TakesOldRecords, StoreHint hint) =>
            await node.HandleAsync(hint with { Echo = await NowAsync(deadline) }, deadline, cancellationToken),
        (PlantedMistake.ClaimsToHaveCopied, Ping) when await node.HandleAsync(request, deadline, cancellationToken) is Pong pong =>
            pong with { Status = pong.Status with { CopiedEpoch = node.Membership.Current.Epoch } },
        (PlantedMistake.AgreesToEveryChange, PrepareChange) => new ChangePrepared(null),
        (PlantedMistake.LetsGoAtSwitch, _) => await LetGoAndAnswerAsync(request, deadline, cancellationToken),
        _ => await node.HandleAsync(request, deadline, cancellationToken),
    };

    private Task<PeerAnswer> LetGoAndAnswerAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        var view = node.Membership.Current;
        if (view.Changing.Any(record => record.Phase == ChangePhase.Switched))
        {
            disk.DropRecords(partition => !view.Placement.PreferenceListOf(partition).Primaries.Contains(node.Membership.SelfId));
        }

        return node.HandleAsync(request, deadline, cancellationToken);
    }

    private async Task<ClockEcho> NowAsync(Deadline deadline) =>
        ((Pong)await node.HandleAsync(Ping.Instance, deadline, CancellationToken.None)).Clock;
}
