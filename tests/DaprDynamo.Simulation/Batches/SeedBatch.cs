using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Batches;

/// <summary>Runs many seeds, as many at once as there are threads; each run has its thread for itself.</summary>
internal static class SeedBatch
{
    internal static BatchTally Run(BatchOptions options, CancellationToken cancellationToken, Action<BatchTally>? ran = null)
    {
        var tally = new BatchTally();
        var next = -1;
        var threads = Enumerable.Range(0, options.Threads).Select(_ => new Thread(() =>
        {
            int number;
            while (!cancellationToken.IsCancellationRequested && (number = Interlocked.Increment(ref next)) < options.Count)
            {
                var seed = options.First + number;
                var repeat = options.RepeatEvery > 0 && number % options.RepeatEvery == 0;
                tally.Add(RunGuarded(seed, options.Mistake), repeat ? RunGuarded(seed, options.Mistake) : null);
                ran?.Invoke(tally);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return tally;
    }

    /// <summary>A simulation that breaks is a failure of its seed, not the end of the batch.</summary>
    private static RunResult RunGuarded(long seed, PlantedMistake mistake)
    {
        try
        {
            return SimulationRun.Execute(RunOptionsDraw.Of(seed) with { Mistake = mistake });
        }
        catch (Exception broken)
        {
            return new RunResult(RunOptionsDraw.Of(seed))
            {
                Violations = [$"The simulation itself broke: {broken}"],
                Digest = 0,
                SimulatedTime = TimeSpan.Zero,
                Events = 0,
                Operations = [],
                Faults = new(),
                Network = new(),
                Engines = new Dictionary<string, long>(),
                Disks = new(),
            };
        }
    }
}
