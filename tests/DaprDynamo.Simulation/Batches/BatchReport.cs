using System.Globalization;
using Spectre.Console;

namespace DaprDynamo.Simulation.Batches;

/// <summary>Tells how a batch goes, and what came of it.</summary>
internal sealed class BatchReport(IAnsiConsole console)
{
    private const int FailuresShownMax = 20;
    private const int ViolationLengthMax = 2_000;
    private static readonly TimeSpan LinesInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs the batch with a bar that moves, or with a line now and then where nobody could see it move.</summary>
    internal BatchTally Run(BatchOptions options, CancellationToken cancellationToken)
    {
        if (Console.IsOutputRedirected)
        {
            return RunWithLines(options, cancellationToken);
        }

        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                var bar = context.AddTask("seeds", maxValue: options.Count);
                return SeedBatch.Run(options, cancellationToken, tally =>
                {
                    bar.Increment(1);
                    bar.Description = tally.FailureCount == 0 ? "seeds" : $"[red]seeds, {tally.FailureCount} failed[/]";
                });
            });
    }

    internal void ShowSummary(BatchTally tally, TimeSpan took)
    {
        Line($"{tally.Seeds:N0} seeds, {tally.Repeated:N0} of them run twice");
        Line($"{tally.SimulatedTime.TotalHours:N1} simulated hours, {tally.Events:N0} events");
        Line($"{tally.Operations.Values.Sum():N0} operations: {Listed(tally.Operations)}");
        Line($"faults: {Listed(tally.Mishaps)}");
        Line($"engines: {Listed(tally.Engines)}");
        var judged = tally.Judged;
        Line($"read back: {judged.Reads:N0} reads judged, {judged.ReadsDuringChanges:N0} of them during a change; {judged.RunsWithChanges:N0} runs with changes among theirs");
        Line($"copies kept: {judged.WritesWatched:N0} writes watched in {judged.CopiesWatched:N0} runs, {judged.LooksDuringChanges:N0} looks during changes; one change at a time: {judged.ChangesWatched:N0} runs");
        Line($"{tally.Seeds / took.TotalSeconds:N1} seeds a second, {took.TotalSeconds:N1} s");
        Line($"digest {tally.Digest:x16}");
        Line($"{tally.FailureCount} failures");
        foreach (var failure in tally.Failures.Take(FailuresShownMax))
        {
            var violation = failure.Violation.Length <= ViolationLengthMax ? failure.Violation : failure.Violation[..ViolationLengthMax] + "...";
            Line($"  seed {failure.Seed} ({failure.Violations} violations): {violation}");
        }
    }

    private BatchTally RunWithLines(BatchOptions options, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var lastAt = TimeProvider.System.GetTimestamp();
        return SeedBatch.Run(options, cancellationToken, tally =>
        {
            lock (gate)
            {
                if (TimeProvider.System.GetElapsedTime(lastAt) >= LinesInterval)
                {
                    lastAt = TimeProvider.System.GetTimestamp();
                    // By name at once: nobody should have to wait for the last seed to look at the first that failed.
                    var failed = string.Join(", ", tally.Failures.Take(FailuresShownMax).Select(failure => failure.Seed));
                    Line($"{tally.Seeds:N0} of {options.Count:N0} seeds, {tally.FailureCount} failed{(failed.Length > 0 ? ": " : "")}{failed}");
                }
            }
        });
    }

    private static string Listed(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.Where(count => count.Value > 0).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {count.Key}")));

    // Not through the console's markup: violations are full of brackets.
    private void Line(FormattableString line) => console.Profile.Out.Writer.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
