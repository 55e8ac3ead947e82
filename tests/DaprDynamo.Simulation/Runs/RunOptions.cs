using DaprDynamo.Cluster;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Network;

namespace DaprDynamo.Simulation.Runs;

/// <summary>What one seed's run is like. Everything here is drawn from the seed: see <see cref="RunOptionsDraw"/>.</summary>
internal sealed record RunOptions
{
    public required long Seed { get; init; }

    /// <summary>Which invariant the run was made to put to the test.</summary>
    public RunAim Aim { get; init; }

    public required int Nodes { get; init; }

    public required int Partitions { get; init; }

    public required QuorumSettings Quorum { get; init; }

    /// <summary>How the engines work.</summary>
    public required StorageNodeOptions Engine { get; init; }

    public required ClientOptions Clients { get; init; }

    public required NetworkOptions Network { get; init; }

    public required DiskOptions Disks { get; init; }

    public required FaultOptions Faults { get; init; }

    /// <summary>Who comes and goes.</summary>
    public ChangeOptions Changes { get; init; } = ChangeOptions.None;

    /// <summary>What is wrong with the nodes on purpose.</summary>
    public PlantedMistake Mistake { get; init; }

    /// <summary>How long a healed cluster may take to converge.</summary>
    internal TimeSpan ConvergenceTimeMax { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A run that has not ended by then never will: sixteen nodes with quick heartbeats on a slow network have needed half as many.</summary>
    internal long EventsMax { get; init; } = 6_000_000;

    /// <summary>Who needs the copies to outlive a disk: at least two of every acknowledged write.</summary>
    internal int WriteCopiesMin => Clients.WriteQuorumMin;

    /// <summary>A copy of the options as the trace shows them, one a line.</summary>
    internal IEnumerable<string> Describe() =>
    [
        $"seed {Seed}, made for {Aim}",
        $"{Nodes} nodes, Q = {Partitions}, N/R/W = {Quorum.Replicas}/{Quorum.ReadQuorum}/{Quorum.WriteQuorum}, {(Engine.SloppyQuorum ? "sloppy" : "strict")}",
        $"{Engine}",
        $"{Clients}",
        $"{Network}",
        $"{Disks}",
        $"{Faults}",
        $"{Changes}",
        $"planted mistake: {Mistake}",
    ];
}
