using DaprDynamo.Simulation.Checkers;

namespace DaprDynamo.Simulation.Runs;

/// <summary>How much of a run was held against the invariants that do not bind every run: a checker that looks at nothing finds nothing.</summary>
/// <param name="Reads">Reads that had to have seen some write: see <see cref="ReadsSeeAcknowledgedWrites"/>.</param>
/// <param name="ReadsDuringChanges">Those of them during which the ring was changing.</param>
/// <param name="RunsWithChanges">1 when there were such reads in a run in which the ring changed.</param>
/// <param name="CopiesWatched">1 when writes were looked at while the ring changed and nobody had crashed: see <see cref="CopiesWatch"/>.</param>
/// <param name="WritesWatched">Those writes.</param>
/// <param name="LooksDuringChanges">How often they were looked at.</param>
/// <param name="ChangesWatched">1 when two changes at once would have been caught: see <see cref="ChangesWatch"/>.</param>
internal sealed record JudgedCounts(
    long Reads, long ReadsDuringChanges, int RunsWithChanges, int CopiesWatched, long WritesWatched, long LooksDuringChanges, int ChangesWatched)
{
    internal static readonly JudgedCounts None = new(0, 0, 0, 0, 0, 0, 0);

    internal static JudgedCounts Of(CheckedRun run, CopiesWatch copies, ChangesWatch changes)
    {
        var reads = ReadsSeeAcknowledgedWrites.JudgedReads(run);
        return new(
            reads.Count,
            reads.Count(read => read.IsDuringChange),
            reads.Count > 0 && run.RingChanges > 0 ? 1 : 0,
            copies.WritesJudged > 0 ? 1 : 0,
            copies.WritesJudged,
            copies.LooksDuringChanges,
            changes.IsJudging ? 1 : 0);
    }

    internal JudgedCounts Plus(JudgedCounts other) => new(
        Reads + other.Reads,
        ReadsDuringChanges + other.ReadsDuringChanges,
        RunsWithChanges + other.RunsWithChanges,
        CopiesWatched + other.CopiesWatched,
        WritesWatched + other.WritesWatched,
        LooksDuringChanges + other.LooksDuringChanges,
        ChangesWatched + other.ChangesWatched);
}
