namespace DaprDynamo.Simulation.Checkers;

/// <summary>One invariant. A pure function of what a run left behind.</summary>
internal interface IChecker
{
    /// <summary>Everything in the run that breaks the invariant, as sentences: what, which key, which writes, when.</summary>
    IEnumerable<string> Check(CheckedRun run);
}
