namespace DaprDynamo.Node.Hosting;

/// <summary>Runs some services as one. The host watches only what it was told of itself: the failure of any of them is this one's.</summary>
internal sealed class Companions(IReadOnlyList<BackgroundService> services) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(services.Select(service => service.StartAsync(cancellationToken)));
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(services.Select(service => service.StopAsync(cancellationToken)));
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var ended in Task.WhenEach(services.Select(service => service.ExecuteTask).OfType<Task>()))
        {
            if (ended.IsFaulted)
            {
                await ended;
            }
        }
    }
}
