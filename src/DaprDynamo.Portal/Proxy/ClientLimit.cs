using System.Net;
using System.Threading.RateLimiting;

namespace DaprDynamo.Portal.Proxy;

/// <summary>How many requests one client may send: a bucket of tokens for each address.</summary>
internal sealed class ClientLimit : IDisposable
{
    private const int PartsOfASecond = 10;

    private readonly PartitionedRateLimiter<IPAddress> _buckets;

    internal ClientLimit(PortalOptions options)
    {
        // Small steps often, so that a bucket fills evenly.
        var tokens = Math.Max(1, options.RequestsPerSecondMax / PartsOfASecond);
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.RequestBurstMax,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / options.RequestsPerSecondMax),
            QueueLimit = 0,
        };
        _buckets = PartitionedRateLimiter.Create<IPAddress, IPAddress>(client => RateLimitPartition.GetTokenBucketLimiter(client, _ => bucket));
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();

    /// <summary>Lets a request in, or says after how many seconds to try again.</summary>
    internal bool TryEnter(IPAddress? client, out int retryAfterSeconds)
    {
        using var lease = _buckets.AttemptAcquire(ClientAddress.Of(client));
        retryAfterSeconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        return lease.IsAcquired;
    }
}
