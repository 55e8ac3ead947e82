using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Admin;

/// <summary>Goes on making the ring even once it was asked to: one member's step after the other, until there is none left to make.</summary>
internal sealed class Rebalancing(RunningNode running, TimeProvider time, ILogger<Rebalancing> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    private readonly StepsToEven _steps = new(logger);

    /// <summary>Why the next step has not begun, in a sentence; null when nothing stands in its way. A change under way speaks for itself.</summary>
    internal string? WaitsFor => running.Membership.Current.Ring.IsChanging ? null : _steps.WaitsFor;

    /// <summary>Begins, or goes on for longer.</summary>
    /// <returns>Who has begun a step, or why nobody has, in a sentence; neither when the ring is even.</returns>
    internal async Task<(string? NodeId, string? Objection)> BeginAsync()
    {
        var begun = await running.Node.RebalanceAsync();
        _steps.Begin(begun);
        return begun;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, time, stoppingToken);
            if (!_steps.IsWanted)
            {
                continue;
            }

            var view = running.Membership.Current;
            if (view.Members.GetValueOrDefault(running.Membership.SelfId) is not { IsPresent: true })
            {
                _steps.GiveUp("This node belongs to the cluster no more.");
            }
            else if (!view.Ring.IsChanging)
            {
                await _steps.ContinueAsync(running.Node.RebalanceAsync);
            }
        }
    }
}
