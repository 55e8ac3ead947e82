using DaprDynamo.Simulation.Runs;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Whole clusters from a seed each. Many more run with <c>dotnet run -c Release --project tests/DaprDynamo.Simulation -- --seeds 10000</c>.</summary>
public class SeedTests
{
    [Fact]
    public void Seeds_pass() => Assert.All(Enumerable.Range(1, 20), seed =>
    {
        var result = SimulationRun.Execute(seed);
        Assert.True(result.Passed, $"Seed {seed}: {string.Join(Environment.NewLine, result.Violations.Take(1))}");
    });

    [Theory]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(42)]
    public void The_same_seed_makes_the_same_history_whether_or_not_it_is_traced(long seed)
    {
        var first = SimulationRun.Execute(seed);
        var trace = new StringWriter();
        var second = SimulationRun.Execute(seed, new RunTrace(trace));

        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(first.Events, second.Events);
        Assert.NotEmpty(trace.ToString());
    }

    [Fact]
    public void Different_seeds_make_different_histories() =>
        Assert.Equal(10, Enumerable.Range(1, 10).Select(seed => SimulationRun.Execute(seed).Digest).Distinct().Count());
}
