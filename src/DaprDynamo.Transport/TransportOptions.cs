namespace DaprDynamo.Transport;

/// <summary>How a node sends to its peers.</summary>
public sealed record TransportOptions
{
    /// <summary>At most so many batches of one kind are on their way to one peer; what comes meanwhile waits and goes out together.</summary>
    public int BatchesInFlightMax { get; init; } = 2;

    /// <summary>
    /// Whether reads, writes and hints for one peer go out together. A read then waits for the disk of the writes beside it, which
    /// pays where a call costs more than that. Forwarded operations never join them: those need the other way to be free.
    /// </summary>
    public bool ReadsGoWithWrites { get; init; }

    /// <summary>At most so many requests of one kind wait for one peer; beyond that a request fails at once.</summary>
    public int WaitingMax { get; init; } = 4096;

    /// <summary>The same in bytes: values may be large, and a peer that hangs must not take all memory. One that alone is larger may wait when no other does.</summary>
    public int WaitingSizeBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// A batch is closed at this size, in bytes. A single larger request goes alone. So it is with the answers to one: reads whose
    /// answers do not fit are asked again.
    /// </summary>
    public int BatchSizeBytesMax { get; init; } = 1024 * 1024;

    /// <summary>A batch is closed at so many requests.</summary>
    public int BatchRequestsMax { get; init; } = 512;

    /// <summary>The largest body taken from a peer, in bytes: several siblings of 1 MiB each must fit.</summary>
    public int BodySizeBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a connection may take to open, in milliseconds.</summary>
    public int ConnectTimeoutMs { get; init; } = 1000;

    /// <summary>What peers show each other; null when the network itself is trusted.</summary>
    public string? ClusterToken { get; init; }
}
