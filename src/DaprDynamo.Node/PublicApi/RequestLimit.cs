using DaprDynamo.Node.Telemetry;
using Microsoft.AspNetCore.RateLimiting;

namespace DaprDynamo.Node.PublicApi;

/// <summary>Bounds the clients' requests under way at once. What is over the limit is refused at once, not put in a line it would time out in.</summary>
internal static class RequestLimit
{
    internal const string Policy = "clients-requests";

    internal static void AddRequestLimit(this IServiceCollection services)
    {
        services.AddSingleton<RefusedRequests>();
        services.AddRateLimiter(limiter => limiter.OnRejected = static (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext)));
        services.AddOptions<RateLimiterOptions>().Configure<NodeOptions>(static (limiter, options) => limiter.AddConcurrencyLimiter(Policy, limit =>
        {
            limit.PermitLimit = options.ConcurrentRequestsMax;
            limit.QueueLimit = 0;
        }));
    }

    private static Task RefuseAsync(HttpContext context)
    {
        // What is no key would have been refused in any case, and is nobody's operation.
        if (KeyRequest.TryReadKey(context, out var key, out _))
        {
            context.RequestServices.GetRequiredService<RefusedRequests>().Record(VerbOf(context.Request.Method), key.ToString());
        }

        return Problem.Overloaded.WriteAsync(context);
    }

    private static string VerbOf(string method) =>
        HttpMethods.IsGet(method) ? "get" : HttpMethods.IsPost(method) ? "create" : HttpMethods.IsPut(method) ? "put" : "delete";
}
