using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprDynamo.Node.Hosting;

/// <summary>Ready as soon as the store is open and the engine runs.</summary>
internal sealed class RunningNodeHealthCheck(RunningNode running) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(running.IsRunning ? HealthCheckResult.Healthy("The store is open.") : HealthCheckResult.Unhealthy("The node is starting."));
}
