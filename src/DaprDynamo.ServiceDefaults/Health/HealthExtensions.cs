using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprDynamo.ServiceDefaults.Health;

/// <summary>Liveness and readiness.</summary>
public static class HealthExtensions
{
    /// <summary>Health checks with this tag decide readiness.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Answers 200 as long as the process answers at all.</summary>
    public const string LivePath = "/healthz/live";

    /// <summary>Answers 200 when every readiness check passes, else 503.</summary>
    public const string ReadyPath = "/healthz/ready";

    /// <summary>A probe must get its answer even when a check hangs.</summary>
    private static readonly TimeSpan CheckTimeoutDefault = TimeSpan.FromSeconds(5);

    /// <summary>Adds health checks; a check that names no timeout gets five seconds. Checks join readiness by <see cref="ReadyTag"/>.</summary>
    public static IHealthChecksBuilder AddReadinessChecks(this IServiceCollection services)
    {
        services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var registration in options.Registrations)
            {
                if (registration.Timeout == Timeout.InfiniteTimeSpan)
                {
                    registration.Timeout = CheckTimeoutDefault;
                }
            }
        });
        return services.AddHealthChecks();
    }

    /// <summary>Maps <see cref="LivePath"/> and <see cref="ReadyPath"/>, open to anyone and never cached.</summary>
    public static IEndpointRouteBuilder MapHealthEndpoints(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        Map(endpoints, LivePath, static _ => false, HealthBody.WriteLiveAsync);
        Map(endpoints, ReadyPath, static check => check.Tags.Contains(ReadyTag), HealthBody.WriteReadyAsync);
        return endpoints;
    }

    private static void Map(
        IEndpointRouteBuilder endpoints,
        string path,
        Func<HealthCheckRegistration, bool> predicate,
        Func<HttpContext, HealthReport, Task> writer) =>
        endpoints
            .MapHealthChecks(path, new HealthCheckOptions
            {
                Predicate = predicate,
                ResponseWriter = writer,
                AllowCachingResponses = false,
            })
            .WithMetadata(HealthEndpointMetadata.Instance)
            .AllowAnonymous()
            .DisableHttpMetrics()
            // A node that sheds load or asks for a token still answers its probes.
            .ShortCircuit();
}
