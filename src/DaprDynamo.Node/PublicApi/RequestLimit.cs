using Microsoft.AspNetCore.RateLimiting;

namespace DaprDynamo.Node.PublicApi;

/// <summary>Bounds the clients' requests under way at once. What is over the limit is refused at once, not put in a line it would time out in.</summary>
internal static class RequestLimit
{
    internal const string Policy = "clients-requests";

    internal static void AddRequestLimit(this IServiceCollection services)
    {
        services.AddRateLimiter(limiter => limiter.OnRejected = static (rejected, _) => new ValueTask(Problem.Overloaded.WriteAsync(rejected.HttpContext)));
        services.AddOptions<RateLimiterOptions>().Configure<NodeOptions>(static (limiter, options) => limiter.AddConcurrencyLimiter(Policy, limit =>
        {
            limit.PermitLimit = options.ConcurrentRequestsMax;
            limit.QueueLimit = 0;
        }));
    }
}
