using Microsoft.Extensions.Hosting;

namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>A host in this process does not listen for Ctrl-C itself: it stops when the cluster does.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
