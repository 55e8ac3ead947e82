namespace DaprDynamo.Simulation.Runs;

/// <summary>What a run is made for. Left to chance, nearly every run has some mishap that excuses what two of the invariants forbid.</summary>
internal enum RunAim
{
    /// <summary>Whatever the seed draws.</summary>
    Anything,

    /// <summary>Members come, go and crash, no line is cut and no disk is lost: every acknowledged write is read back.</summary>
    ReadBack,

    /// <summary>Members come and go, and nobody crashes: every write keeps its copies.</summary>
    Copies,

    /// <summary>The cluster has fewer members than a key has replicas, for some time or always: what its few members acknowledge is read back too.</summary>
    Few,

    /// <summary>A member dies for good and is taken out or replaced, and nothing else goes wrong but messages: the other copies of every acknowledged write are enough.</summary>
    TakenOut,
}
