using DaprDynamo.Cluster.Storing;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Admin;

/// <summary>Goes on making the ring even once it was asked to: one member's step after the other, until there is none left to make.</summary>
internal sealed class Rebalancing(RunningNode running, TimeProvider time, ILogger<Rebalancing> logger) : BackgroundService
{
    // Every step makes the ring strictly more even, so there is an end; this is only a bound on how long it is tried.
    private const int AttemptsMax = 2000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    private volatile int _attemptsLeft;

    /// <summary>Begins, or goes on for longer.</summary>
    /// <returns>Who has begun a step, or why nobody has, in a sentence; neither when the ring is even.</returns>
    internal async Task<(string? NodeId, string? Objection)> BeginAsync()
    {
        var begun = await running.Node.RebalanceAsync();
        if (begun.NodeId is not null)
        {
            _attemptsLeft = AttemptsMax;
        }

        return begun;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, time, stoppingToken);
            if (_attemptsLeft > 0 && !running.Membership.Current.Ring.IsChanging)
            {
                _attemptsLeft--;
                await TakeStepAsync();
            }
        }
    }

    private async Task TakeStepAsync()
    {
        try
        {
            if (await running.Node.RebalanceAsync() is (null, null))
            {
                _attemptsLeft = 0;
                logger.LogInformation("The ring is even");
            }
        }
        catch (StoreException failure)
        {
            // A full disk, for one: reads go on, and so does this when there is room again.
            logger.LogWarning(failure, "A step towards an even ring could not be written down; it is tried again");
        }
    }
}
