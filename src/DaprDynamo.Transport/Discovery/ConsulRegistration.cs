using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Transport.Discovery;

/// <summary>
/// Keeps a node registered with the Consul agent beside it, for nodes that reach each other without Dapr: through Dapr the
/// sidecar does this. Consul may come late, go away or forget: the node looks now and then and never minds.
/// </summary>
/// <param name="agent">Consul.</param>
/// <param name="node">The node.</param>
/// <param name="address">Where other nodes reach it.</param>
/// <param name="time">The clock of the waits.</param>
/// <param name="logger">Told when Consul cannot be used, once each time.</param>
public sealed class ConsulRegistration(ConsulAgent agent, ConsulNode node, Uri address, TimeProvider time, ILogger<ConsulRegistration> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DeregisterLimit = TimeSpan.FromSeconds(2);

    private bool _isTroubled;

    /// <summary>Under what the agent knows the registration.</summary>
    private string ServiceId => $"{node.NodeId}-{address.Host}-{address.Port}";

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DeregisterLimit);
        try
        {
            await agent.DeregisterAsync(ServiceId, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ConsulException or OperationCanceledException)
        {
            logger.LogInformation("{NodeId} stays registered in Consul until its check has failed for long enough: {Reason}", node.NodeId, failure.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What an earlier life left behind when it crashed may say something else under the same id.
        var isDescribed = false;
        while (true)
        {
            try
            {
                if (!isDescribed || !await agent.IsRegisteredAsync(ServiceId, stoppingToken).ConfigureAwait(false))
                {
                    await agent.RegisterAsync(Describe(), stoppingToken).ConfigureAwait(false);
                    isDescribed = true;
                    logger.LogInformation("{NodeId} is registered in Consul as {ServiceId}", node.NodeId, ServiceId);
                }

                _isTroubled = false;
            }
            catch (ConsulException failure)
            {
                if (!_isTroubled)
                {
                    logger.LogWarning("{NodeId} cannot be registered in Consul and tries again: {Reason}", node.NodeId, failure.Message);
                }

                _isTroubled = true;
            }

            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(false);
        }
    }

    private object Describe() => new
    {
        ID = ServiceId,
        Name = node.NodeId,
        Tags = new[] { ConsulNode.Tag },
        Address = address.Host,
        address.Port,
        Meta = new Dictionary<string, string>(StringComparer.Ordinal) { [ConsulNode.ClusterMeta] = node.ClusterName, [ConsulNode.SchemeMeta] = address.Scheme },
        Check = new
        {
            Name = "The node serves clients",
            HTTP = new Uri(address, "/healthz/ready").ToString(),
            Interval = "5s",
            Timeout = "2s",
            DeregisterCriticalServiceAfter = "1m",
        },
    };
}
