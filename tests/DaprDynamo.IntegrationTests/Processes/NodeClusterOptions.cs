namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>What kind of cluster to start; anything left out is the product's own default.</summary>
public sealed record NodeClusterOptions
{
    /// <summary>For tests that assert no duration: a machine busy with other things must not fail them.</summary>
    public const string PatientRequests = "--Dynamo:RequestTimeoutMs=20000";

    /// <summary>For clusters where no node dies: on a machine that is busy with other things, a slow one must not be taken for dead.</summary>
    public const string PatientHeartbeats = "--Dynamo:HeartbeatTimeoutMs=20000";

    /// <summary>For tests that read at once what was acknowledged: a replica that is slow for the machine's reasons gets no stand-in, whose copy a read may rightly miss.</summary>
    public const string PatientHedges = "--Dynamo:HedgeDelayMsMax=20000";

    /// <summary>How many nodes, named node-1 and so on.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Where they keep records: <c>sqlite</c> or <c>memory</c>.</summary>
    public string Storage { get; init; } = "sqlite";

    /// <summary>Whether the nodes reach each other through sidecars, and find each other in Consul; else by addresses and seeds.</summary>
    public bool ThroughDapr { get; init; }

    /// <summary>Whether each node listens on an address that only its sidecar is told; else on 127.0.0.1, as the product's files say.</summary>
    public bool HidesNodes { get; init; }

    /// <summary>A Consul in which nodes without sidecars find each other; null for seeds.</summary>
    public ConsulProcess? Consul { get; init; }

    /// <summary>What the nodes' admin endpoints want to be shown; null for nothing.</summary>
    public string? AdminToken { get; init; }

    /// <summary>What the environment of nodes and sidecars says of tokens.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>More arguments, the same for every node.</summary>
    public IReadOnlyList<string> MoreArguments { get; init; } = [];
}
