namespace DaprDynamo.Transport;

/// <summary>The fixed parts of what nodes say to each other over HTTP.</summary>
public static class PeerProtocol
{
    /// <summary>Where a node takes batches of requests.</summary>
    public const string BatchPath = "/peer/v1/batch";

    /// <summary>What the bodies are: the messages of <c>peer.proto</c>.</summary>
    public const string ContentType = "application/x-protobuf";

    /// <summary>
    /// The header that says how long a body is and what its CRC-32C is. A sidecar can cut a body without either side
    /// noticing; with this a cut body is an error and never data.
    /// </summary>
    public const string ChecksumHeader = "X-Dynamo-Body";
}
