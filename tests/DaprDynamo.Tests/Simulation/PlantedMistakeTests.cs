using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Runs;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Mistakes put into the nodes on purpose: each must be caught within five hundred seeds, or the checkers are blind to it.</summary>
[Collection(ManySeedsCollection.Name)]
public class PlantedMistakeTests(ITestOutputHelper output)
{
    private const int SeedsMax = 500;

    [Theory]
    [InlineData("AcknowledgesBeforeSync")]
    [InlineData("DropsHintsOnRestart")]
    [InlineData("ConfirmsTombstonesUnseen")]
    [InlineData("TakesOldRecords")]
    [InlineData("KeepsItsGenerationWithoutItsDisk")]
    [InlineData("SkipsRepairs")]
    public void A_planted_mistake_is_caught(string name)
    {
        var mistake = Enum.Parse<PlantedMistake>(name);
        string? caught = null;
        Parallel.For(1, SeedsMax + 1, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, others) =>
        {
            var result = SimulationRun.Execute(RunOptionsDraw.General(seed) with { Mistake = mistake, Changes = ChangeOptions.None });
            if (!result.Passed)
            {
                caught = $"Seed {seed}: {result.Violations[0]}";
                others.Stop();
            }
        });

        Assert.True(caught is not null, $"{mistake} went unnoticed for {SeedsMax} seeds.");
        output.WriteLine(caught);
    }
}
