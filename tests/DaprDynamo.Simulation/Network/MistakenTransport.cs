using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Network;

/// <summary>What a node pulls from others reaches it spoiled, as a <see cref="PlantedMistake"/> says.</summary>
internal sealed class MistakenTransport(IReplicaTransport transport, PartitionSpace space, PlantedMistake mistake) : IReplicaTransport
{
    // One in which there is something to leave out.
    private readonly int _skipped = space.PartitionOf(Key.FromText("key-1"));

    public string? Trouble => transport.Trouble;

    public async Task<PeerAnswer> SendAsync(MemberRecord target, PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(target, request, deadline, cancellationToken);
        return (mistake, request, answer) switch
        {
            (PlantedMistake.StoresNoPulledPages, PullRecords, RecordsPulled page) =>
                page with { Records = [.. page.Records.Select(pair => KeyValuePair.Create(pair.Key, DottedVersionVectorSet.Empty))] },
            (PlantedMistake.SkipsOnePartition, PullRecords pull, RecordsPulled) when pull.Partition == _skipped => new RecordsPulled([], IsLast: true),
            _ => answer,
        };
    }
}
