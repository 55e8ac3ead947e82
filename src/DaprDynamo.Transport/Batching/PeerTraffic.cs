using DaprDynamo.Transport.Protocol;

namespace DaprDynamo.Transport.Batching;

/// <summary>How much a node has sent to its peers since it started. Safe to use from many threads.</summary>
public sealed class PeerTraffic
{
    private long _batches;
    private long _requests;
    private long _replicaBatches;
    private long _replicaRequests;

    /// <summary>HTTP requests sent.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Requests carried in them.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Those HTTP requests that carry what clients asked for: reads, writes, hints and forwarded operations.</summary>
    public long ReplicaBatches => Interlocked.Read(ref _replicaBatches);

    /// <summary>Requests carried in them. Heartbeats, gossip and comparisons go alone, however much clients ask for.</summary>
    public long ReplicaRequests => Interlocked.Read(ref _replicaRequests);

    internal void Count(IReadOnlyList<PendingRequest> batch)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _requests, batch.Count);

        // All of a batch are of one lane.
        if (batch[0].Message.KindCase is Request.KindOneofCase.Read or Request.KindOneofCase.Merge or Request.KindOneofCase.Hint or Request.KindOneofCase.Coordinate)
        {
            Interlocked.Increment(ref _replicaBatches);
            Interlocked.Add(ref _replicaRequests, batch.Count);
        }
    }
}
