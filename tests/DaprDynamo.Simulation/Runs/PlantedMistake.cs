namespace DaprDynamo.Simulation.Runs;

/// <summary>
/// A mistake built into a run on purpose, to show that the checkers catch it. Each is one that a storage engine could well
/// have; it is made at the engine's ports, so that the engine itself stays free of it.
/// </summary>
internal enum PlantedMistake
{
    None,

    /// <summary>The store says that a change is on disk before it is.</summary>
    AcknowledgesBeforeSync,

    /// <summary>A node forgets the hints it keeps when it starts again.</summary>
    DropsHintsOnRestart,

    /// <summary>A node confirms every tombstone, whatever it holds itself: tombstones are reaped too early.</summary>
    ConfirmsTombstonesUnseen,

    /// <summary>A node takes records however old they are.</summary>
    TakesOldRecords,

    /// <summary>A node that lost its disk counts on under its old identity.</summary>
    KeepsItsGenerationWithoutItsDisk,

    /// <summary>A node says that it merged a record from an exchange or a hint, and does not.</summary>
    SkipsRepairs,

    /// <summary>A node that takes over partitions acknowledges the pages it pulls, and stores nothing of them.</summary>
    StoresNoPulledPages,

    /// <summary>A node that takes over partitions leaves one of them out.</summary>
    SkipsOnePartition,

    /// <summary>A node says that it has copied what it takes over before it has.</summary>
    ClaimsToHaveCopied,

    /// <summary>A node lets go of what it is to keep no longer as soon as reads go to the new owners, while some still come to it.</summary>
    LetsGoAtSwitch,

    /// <summary>A node agrees to every change of the ring, whatever it promised others.</summary>
    AgreesToEveryChange,
}
