using DaprDynamo.Core.Quorum;
using DaprDynamo.Simulation.Runs;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Mistakes in how members come and go, put into the nodes on purpose: each must be caught by the checker that is there for it.</summary>
[Collection(ManySeedsCollection.Name)]
public class PlantedMembershipMistakeTests(ITestOutputHelper output)
{
    private const int SeedsMax = 500;

    [Theory]
    [InlineData("StoresNoPulledPages", "CopiesWatch", "Copies")]
    [InlineData("ClaimsToHaveCopied", "CopiesWatch", "Copies")]
    [InlineData("LetsGoAtSwitch", "ReadsSeeAcknowledgedWrites", "ReadBack")]
    [InlineData("AgreesToEveryChange", "ChangesWatch", "Copies")]
    public void A_planted_mistake_is_caught_by_the_checker_it_is_for(string name, string checker, string aim)
    {
        var mistake = Enum.Parse<PlantedMistake>(name);
        string? caught = null;
        var run = 0;
        Parallel.For(1, SeedsMax + 1, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, others) =>
        {
            Interlocked.Increment(ref run);
            var general = RunOptionsDraw.General(seed);
            // Copying takes its time, so that a step taken too early matters.
            var options = AimedDraw.For(Enum.Parse<RunAim>(aim), general with
            {
                Mistake = mistake,
                Engine = general.Engine with { TransfersMax = 1, TransferPageSizeBytes = 1 },
            });
            // Where reads ask several, others make up for who let go too early.
            var result = SimulationRun.Execute(mistake == PlantedMistake.LetsGoAtSwitch ? options with { Quorum = new QuorumSettings(3, 1, 3) } : options);
            if (result.Violations.FirstOrDefault(violation => violation.StartsWith(checker, StringComparison.Ordinal)) is { } violation)
            {
                caught = $"Seed {seed}, {run} seeds run: {violation}";
                others.Stop();
            }
        });

        Assert.True(caught is not null, $"{checker} did not notice {mistake} in {SeedsMax} seeds.");
        output.WriteLine(caught);
    }
}
