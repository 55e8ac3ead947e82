using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Scenarios;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>What becomes of a hint whose owner stays away for longer than hints are to grow old.</summary>
public class OldHintTests
{
    private static readonly StorageNodeOptions Engine = new()
    {
        HeartbeatIntervalMs = 200,
        HeartbeatTimeoutMs = 300,
        ExchangeIntervalMs = 2_000,
        HintAgeMsMax = 2_000,
    };

    private static readonly TimeSpan LongAfterItIsOld = TimeSpan.FromMinutes(1);

    [Fact]
    public void It_goes_to_the_other_replicas_of_its_key_and_from_them_to_its_owner()
    {
        using var scenario = Scenario.Start(Engine);
        var (coordinator, owner, standIn) = (scenario.Walk[0], scenario.Walk[1], scenario.Walk[3]);
        WriteWithout(scenario, owner, coordinator, quorum: 3);
        Assert.Equal(1, Scenario.HintsAt(standIn));

        scenario.RunUntil(() => Scenario.HintsAt(standIn) == 0, "the hint is passed on");
        owner.Start();

        scenario.RunUntil(() => Scenario.ValuesOf(Scenario.StoredAt(owner)) is ["kept"], "the owner has what the hint said");
    }

    [Fact]
    public void It_waits_for_its_owner_where_the_key_has_no_other_replica()
    {
        using var scenario = Scenario.Start(Engine, quorum: new QuorumSettings(1, 1, 1));
        var (owner, standIn) = (scenario.Walk[0], scenario.Walk[1]);
        WriteWithout(scenario, owner, standIn, quorum: 1);

        scenario.Run(LongAfterItIsOld);
        Assert.Equal(1, Scenario.HintsAt(standIn));
        owner.Start();

        scenario.RunUntil(() => Scenario.HintsAt(standIn) == 0, "the hint is handed over");
        Assert.Equal(["kept"], Scenario.ValuesOf(Scenario.StoredAt(owner)));
    }

    private static void WriteWithout(Scenario scenario, SimulatedNode owner, SimulatedNode coordinator, int quorum)
    {
        owner.Crash();
        Assert.Equal(OperationStatus.Written, scenario.Put(coordinator, "kept", VersionVector.Empty, quorum).Status);
    }
}
