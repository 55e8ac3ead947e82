namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>What kind of cluster to start; anything left out is the product's own default.</summary>
public sealed record NodeClusterOptions
{
    /// <summary>For tests that assert no duration: a machine busy with other things must not fail them.</summary>
    public const string PatientRequests = "--Dynamo:RequestTimeoutMs=20000";

    /// <summary>For clusters where no node dies: on a machine that is busy with other things, a slow one must not be taken for dead.</summary>
    public const string PatientHeartbeats = "--Dynamo:HeartbeatTimeoutMs=20000";

    /// <summary>How many nodes, named node-1 and so on.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Where they keep records: <c>sqlite</c> or <c>memory</c>.</summary>
    public string Storage { get; init; } = "sqlite";

    /// <summary>More arguments, the same for every node.</summary>
    public IReadOnlyList<string> MoreArguments { get; init; } = [];
}
