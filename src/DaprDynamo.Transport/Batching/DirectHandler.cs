using System.Net;

namespace DaprDynamo.Transport.Batching;

/// <summary>The straight road to a peer: its own address, over connections that are kept.</summary>
public static class DirectHandler
{
    /// <summary>Makes the handler. No proxy, no redirects, no cookies: a peer is where its address says.</summary>
    public static SocketsHttpHandler Create(TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            // A peer may come back under the same name with another address: names are looked up again now and then.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            // A batch carries requests of many traces: each names its own inside the body.
            ActivityHeadersPropagator = null,
        };
    }
}
