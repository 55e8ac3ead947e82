using System.CommandLine;
using DaprDynamo.Simulation.Batches;
using DaprDynamo.Simulation.Runs;
using Spectre.Console;

namespace DaprDynamo.Simulation;

/// <summary>The command line.</summary>
internal static class SimulationCommand
{
    internal static RootCommand Create()
    {
        var seeds = new Option<int>("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 1_000 };
        var first = new Option<long>("--first") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "How many seeds to run at once.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var repeatEvery = new Option<int>("--repeat-every") { Description = "Run every so many-th seed twice and compare; 0 for none.", DefaultValueFactory = _ => 50 };
        var seed = new Option<long?>("--seed") { Description = "Run this one seed." };
        var trace = new Option<bool>("--trace") { Description = "With --seed: write down everything that happens." };
        var mistake = new Option<PlantedMistake>("--mistake") { Description = "What is wrong with the nodes on purpose, to see what catches it." };
        seeds.Validators.Add(result => RequireAtLeast(result, seeds, 1));
        threads.Validators.Add(result => RequireAtLeast(result, threads, 1));
        repeatEvery.Validators.Add(result => RequireAtLeast(result, repeatEvery, 0));
        var command = new RootCommand("Runs whole clusters on simulated time, network and disks, one a seed, and checks what is left of them.")
        {
            seeds, first, threads, repeatEvery, seed, trace, mistake,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(parsed.GetValue(seed) is { } one
            ? RunOne(RunOptionsDraw.Of(one) with { Mistake = parsed.GetValue(mistake) }, parsed.GetValue(trace))
            : RunMany(
                new BatchOptions(
                    parsed.GetValue(first), parsed.GetValue(seeds), parsed.GetValue(threads), parsed.GetValue(repeatEvery), parsed.GetValue(mistake)),
                cancellationToken)));
        return command;
    }

    private static void RequireAtLeast(System.CommandLine.Parsing.OptionResult result, Option<int> option, int min)
    {
        // What is no number at all is refused elsewhere, and cannot be asked for as one here.
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < min)
        {
            result.AddError($"{option.Name} is {min} or more.");
        }
    }

    private static int RunOne(RunOptions options, bool withTrace)
    {
        foreach (var line in options.Describe())
        {
            Console.WriteLine(line);
        }

        var result = SimulationRun.Execute(options, withTrace ? new RunTrace(Console.Out) : null);
        foreach (var violation in result.Violations)
        {
            Console.WriteLine($"VIOLATION {violation}");
        }

        Console.WriteLine($"{result.SimulatedTime.TotalSeconds:N1} simulated seconds, {result.Events:N0} events, digest {result.Digest:x16}, {result.Violations.Count} violations");
        return result.Passed ? 0 : 1;
    }

    private static int RunMany(BatchOptions options, CancellationToken cancellationToken)
    {
        var report = new BatchReport(AnsiConsole.Console);
        var began = TimeProvider.System.GetTimestamp();
        var tally = report.Run(options, cancellationToken);
        report.ShowSummary(tally, TimeProvider.System.GetElapsedTime(began));
        return tally.FailureCount == 0 && tally.Seeds == options.Count ? 0 : 1;
    }
}
