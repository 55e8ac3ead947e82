namespace DaprDynamo.Portal.Proxy;

/// <summary>
/// How much the proxy has under way at once, for all clients together: requests, and the bodies that it keeps of them until they are
/// over. Beyond that the answer is 503 at once, as a queue would take memory and help nobody.
/// </summary>
internal sealed class ProxyCapacity(PortalOptions options)
{
    /// <summary>What the bodies may take together, in bytes.</summary>
    internal const long BodiesSizeBytesMax = 256L * 1024 * 1024;

    private readonly Lock _lock = new();
    private int _requests;
    private long _bodiesSizeBytes;

    /// <summary>Lets a request in until the result is disposed of; null when there is no room for it.</summary>
    /// <param name="bodySizeBytes">The most its body can take.</param>
    internal IDisposable? TryEnter(long bodySizeBytes)
    {
        lock (_lock)
        {
            if (_requests >= options.ProxyRequestsMax || _bodiesSizeBytes + bodySizeBytes > BodiesSizeBytesMax)
            {
                return null;
            }

            _requests++;
            _bodiesSizeBytes += bodySizeBytes;
            return new Place(this, bodySizeBytes);
        }
    }

    private void Leave(long bodySizeBytes)
    {
        lock (_lock)
        {
            _requests--;
            _bodiesSizeBytes -= bodySizeBytes;
        }
    }

    private sealed class Place(ProxyCapacity capacity, long bodySizeBytes) : IDisposable
    {
        private ProxyCapacity? _capacity = capacity;

        public void Dispose() => Interlocked.Exchange(ref _capacity, null)?.Leave(bodySizeBytes);
    }
}
