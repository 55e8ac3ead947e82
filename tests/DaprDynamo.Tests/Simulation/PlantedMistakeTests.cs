using DaprDynamo.Simulation.Runs;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Mistakes put into the nodes on purpose: each must be caught within five hundred seeds, or the checkers are blind to it.</summary>
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
        for (var seed = 1; seed <= SeedsMax; seed++)
        {
            var result = SimulationRun.Execute(RunOptionsDraw.Of(seed) with { Mistake = mistake });
            if (!result.Passed)
            {
                output.WriteLine($"Seed {seed}: {result.Violations[0]}");
                return;
            }
        }

        Assert.Fail($"{mistake} went unnoticed for {SeedsMax} seeds.");
    }
}
