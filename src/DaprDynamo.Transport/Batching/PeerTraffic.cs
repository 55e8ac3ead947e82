namespace DaprDynamo.Transport.Batching;

/// <summary>How much a node has sent to its peers since it started. Safe to use from many threads.</summary>
public sealed class PeerTraffic
{
    private long _batches;
    private long _requests;

    /// <summary>HTTP requests sent.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Requests carried in them.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    internal void Count(int requests)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _requests, requests);
    }
}
