namespace DaprDynamo.Simulation.Checkers;

/// <summary>Every invariant a run is held against.</summary>
internal static class AllCheckers
{
    private static readonly IChecker[] Checkers =
    [
        new NoAcknowledgedWriteIsLost(),
        new NothingIsInvented(),
        new SiblingsAreMaximal(),
        new DeletedDataStaysDeleted(),
        new ReplicasAreEqual(),
        new HintsAreDrained(),
        new ResourcesAreBounded(),
        new ReadsSeeAcknowledgedWrites(),
    ];

    internal static IEnumerable<string> Check(CheckedRun run) =>
        Checkers.SelectMany(checker => checker.Check(run).Select(violation => $"{checker.GetType().Name}: {violation}"));
}
