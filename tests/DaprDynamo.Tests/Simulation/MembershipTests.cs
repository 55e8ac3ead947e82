using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>What an operator sees and may do while members come and go.</summary>
public class MembershipTests
{
    private static readonly StorageNodeOptions Engine = new() { HeartbeatIntervalMs = 200, HeartbeatTimeoutMs = 300, TransfersMax = 1, TransferPageSizeBytes = 1 };

    private static readonly IReadOnlyList<Key> Keys = ManyKeys.Of(60);

    [Fact]
    public void How_far_a_newcomer_has_come_is_seen_by_all_others_and_only_grows()
    {
        using var scenario = Scenario.Start(Engine, nodes: 4);
        ManyKeys.WriteAll(scenario, Keys);
        var witness = scenario.Cluster.Nodes[0];
        var newcomer = scenario.Join();
        List<TransferProgress> seen = [];

        scenario.RunUntil(
            () =>
            {
                if (witness.Engine!.TransferOf(newcomer.NodeId) is { PartitionsTotal: > 0 } progress && progress != seen.LastOrDefault())
                {
                    seen.Add(progress);
                }

                return newcomer.IsUp && newcomer.Engine!.Membership.Current.Members.GetValueOrDefault(newcomer.NodeId) is { State: MemberState.Ready, Phase: ChangePhase.None };
            },
            "the newcomer is ready");

        Assert.Contains(seen, progress => progress.PartitionsDone > 0 && progress.PartitionsDone < progress.PartitionsTotal);
        Assert.Contains(seen, progress => progress is { SizeBytesDone: > 0, BytesPerSecond: > 0, SizeBytesTotal: > 0, SecondsLeft: >= 0 });
        Assert.Equal(seen.Select(progress => progress.PartitionsDone).Order(), seen.Select(progress => progress.PartitionsDone));
        Assert.Equal(seen.Select(progress => progress.SizeBytesDone).Order(), seen.Select(progress => progress.SizeBytesDone));
        Assert.Single(seen.Select(progress => progress.PartitionsTotal).Distinct());
    }

    [Fact]
    public void A_member_that_answers_is_removed_by_force_only_and_the_others_keep_all_it_kept()
    {
        using var scenario = Scenario.Start(Engine, nodes: 5);
        ManyKeys.WriteAll(scenario, Keys);
        var (at, removed) = (scenario.Cluster.Nodes[0], scenario.Cluster.Nodes[3]);

        Assert.Contains("answers", scenario.Remove(at, removed.NodeId), StringComparison.Ordinal);
        Assert.Null(scenario.Remove(at, removed.NodeId, isForced: true));
        scenario.RunUntil(
            () => scenario.Cluster.Nodes.All(node => node.Engine!.Membership.Current is { Ring.IsChanging: false } view
                && view.Members[removed.NodeId] is { State: MemberState.Left, IsRemoved: true }),
            "all know that it is removed, itself among them");

        Assert.Contains("was removed", removed.Engine!.Trouble, StringComparison.Ordinal);
        Assert.Equal(OperationStatus.NotServing, scenario.Do(removed, new GetKey(Keys[0], null)).Status);
        scenario.Destroy(removed);
        foreach (var node in scenario.Cluster.Nodes)
        {
            Assert.All(Keys, key => Assert.Equal(["1"], Scenario.ValuesOf(scenario.Do(node, new GetKey(key, null)).Versions)));
        }
    }
}
