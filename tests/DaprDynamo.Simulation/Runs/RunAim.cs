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
}
