namespace DaprDynamo.Transport;

/// <summary>The fixed parts of what nodes say to each other over HTTP.</summary>
public static class PeerProtocol
{
    /// <summary>What all paths begin with that only peers call.</summary>
    public const string PathPrefix = "/peer";

    /// <summary>Where a node takes batches of requests.</summary>
    public const string BatchPath = $"{PathPrefix}/v1/batch";

    /// <summary>What the bodies are: the messages of <c>peer.proto</c>.</summary>
    public const string ContentType = "application/x-protobuf";

    /// <summary>
    /// The header that says how long a body is and what its CRC-32C is. A sidecar can cut a body without either side
    /// noticing; with this a cut body is an error and never data. Every answer of a node has it, refusals too: one without
    /// comes from a sidecar, or from something that is no node.
    /// </summary>
    public const string ChecksumHeader = "X-Dynamo-Body";
}
