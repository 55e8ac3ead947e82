using DaprDynamo.Core.Quorum;
using DaprDynamo.Simulation.Faults;

namespace DaprDynamo.Simulation.Runs;

/// <summary>Turns some of the runs with changes of the ring into such as one invariant binds from beginning to end: see <see cref="RunAim"/>.</summary>
internal static class AimedDraw
{
    private const double ReadBackShare = 0.3;
    private const double CopiesShare = 0.35;

    // Of those that are left.
    private const double FewShare = 0.3;
    private const double TakenOutShare = 0.3;

    private static readonly (int Replicas, int Read, int Write)[] OtherQuorums = [(3, 1, 3), (3, 3, 1), (3, 2, 3), (2, 1, 2), (2, 2, 1), (4, 2, 3), (5, 3, 3)];

    private static readonly ChangeKind[] ComingsAndGoings = [ChangeKind.Join, ChangeKind.JoinTwo, ChangeKind.Leave, ChangeKind.Rebalance];

    private static readonly FaultKind[] Crashes = [FaultKind.Crash, FaultKind.CrashSeveral, FaultKind.CrashAll, FaultKind.CrashWhileWriting];

    // A node that stands still and goes on is to the others like one that was cut off.
    private static readonly FaultKind[] Excuses = [FaultKind.CutBothWays, FaultKind.CutOneWay, FaultKind.Pause, FaultKind.DiskLost, FaultKind.BitRot];

    /// <summary>The run itself, or what becomes of it when the seed says that it is made for something.</summary>
    internal static RunOptions Of(RunOptions general)
    {
        var random = new SeedStreams(general.Seed).Open("aim");
        var drawn = random.NextDouble();
        var drawnOfTheRest = new SeedStreams(general.Seed).Open("the rest of the aims").NextDouble();
        return general.Changes.Kinds.Count == 0 ? general
            : drawn < ReadBackShare ? For(RunAim.ReadBack, general)
            : drawn < ReadBackShare + CopiesShare ? For(RunAim.Copies, general)
            : drawnOfTheRest < FewShare ? For(RunAim.Few, general)
            : drawnOfTheRest < FewShare + TakenOutShare ? For(RunAim.TakenOut, general)
            : general with { Changes = general.Changes with { CrashesAtSteps = random.Chance(0.3) ? random.Next(1, 5) : 0 } };
    }

    /// <summary>A run of that kind, as like to another as may be.</summary>
    internal static RunOptions For(RunAim aim, RunOptions general) => aim switch
    {
        RunAim.Few => Few(ComingAndGoing(aim, general)),
        RunAim.TakenOut => TakenOut(ComingAndGoing(aim, general)),
        _ => ComingAndGoing(aim, general),
    };

    private static RunOptions Few(RunOptions run)
    {
        var random = new SeedStreams(run.Seed).Open("few members");
        return run with
        {
            Nodes = random.Next(1, run.Quorum.Replicas + 1),
            Changes = run.Changes with
            {
                Kinds = [.. run.Changes.Kinds.Append(ChangeKind.Join).Append(ChangeKind.Leave).Distinct()],
                MembersMin = random.Next(1, run.Quorum.Replicas),
            },
        };
    }

    private static RunOptions TakenOut(RunOptions run)
    {
        var random = new SeedStreams(run.Seed).Open("taken out");
        return run with
        {
            Nodes = Math.Max(run.Nodes, run.Quorum.Replicas + 1),
            Quorum = run.Quorum.WriteQuorum < 2 ? new QuorumSettings(3, 2, 2) : run.Quorum,
            Changes = run.Changes with { Kinds = [.. run.Changes.Kinds.Append(random.Pick([ChangeKind.Remove, ChangeKind.Replace]))] },
            Clients = run.Clients with { WriteQuorumMin = 2 },
        };
    }

    private static RunOptions ComingAndGoing(RunAim aim, RunOptions general)
    {
        var random = new SeedStreams(general.Seed).Open($"made for {aim}");
        var (replicas, read, write) = random.Chance(0.6) ? (3, 2, 2) : random.Pick([.. OtherQuorums.Where(quorum => quorum.Replicas <= general.Nodes)]);
        var kinds = ComingsAndGoings.Where(_ => random.Chance(0.7)).ToList();
        return general with
        {
            Aim = aim,
            Quorum = new QuorumSettings(replicas, read, write),
            Faults = general.Faults with
            {
                Kinds = [.. general.Faults.Kinds.Except(Excuses).Except(aim is RunAim.Copies or RunAim.TakenOut ? Crashes : [])],
            },
            Changes = new ChangeOptions(kinds.Count > 0 ? kinds : [ChangeKind.Join], random.BetweenMs(300, 3_000), random.Next(2, 7))
            {
                CrashesAtSteps = aim is RunAim.ReadBack or RunAim.Few && random.Chance(0.6) ? random.Next(1, 5) : 0,
            },
            Clients = general.Clients with
            {
                // Long enough for several changes, with many reads, and mostly without deletes: those excuse what is missing.
                Operations = random.Next(300, 601),
                ThinkTimeMean = random.BetweenMs(20, 120),
                GetShare = random.Pick([0.4, 0.6]),
                DeleteShare = random.Pick([0, 0, 0.1]),
                WriteQuorumMin = 1,
            },
        };
    }
}
