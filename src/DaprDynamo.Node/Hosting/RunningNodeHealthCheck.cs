using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprDynamo.Node.Hosting;

/// <summary>Ready when the node serves clients, and means to go on doing so.</summary>
internal sealed class RunningNodeHealthCheck(RunningNode running) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (!running.IsRunning)
        {
            return HealthCheckResult.Unhealthy("The node is starting.");
        }

        var own = running.Membership.Current.Members.GetValueOrDefault(running.Membership.SelfId);
        return running.Node.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble)
            : own is { State: MemberState.Leaving } ? HealthCheckResult.Unhealthy("The node leaves the cluster: send requests elsewhere.")
            : HealthCheckResult.Healthy($"The node serves clients and is {own?.State}.");
    }
}
