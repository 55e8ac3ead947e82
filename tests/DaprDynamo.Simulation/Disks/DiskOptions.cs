namespace DaprDynamo.Simulation.Disks;

/// <summary>How a run's disks behave. Drawn once a run.</summary>
internal sealed record DiskOptions
{
    public required TimeSpan ReadDelayMax { get; init; }

    public required TimeSpan SyncDelayMin { get; init; }

    public required TimeSpan SyncDelayMax { get; init; }

    /// <summary>How many changes may wait for a sync; one more is refused.</summary>
    public required int ChangesMax { get; init; }

    /// <summary>How often a change is computed twice, as a store may whose transaction had to be repeated.</summary>
    public required double RepeatProbability { get; init; }
}

/// <summary>What the disks of a run have done.</summary>
internal sealed class DiskCounts
{
    internal long Reads { get; set; }

    internal long Changes { get; set; }

    internal long Syncs { get; set; }

    internal long ChangesLostInCrashes { get; set; }

    internal long ChangesKeptUnacknowledged { get; set; }

    internal long RefusedFull { get; set; }

    internal long RefusedBusy { get; set; }

    internal long DamageFound { get; set; }
}
