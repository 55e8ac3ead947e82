using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>The public API as an application with a sidecar of its own calls it: by Dapr's service invocation.</summary>
public sealed class SidecarApi : IApiUnderTest, IAsyncLifetime
{
    /// <summary>What the nodes show each other, and operators show them.</summary>
    public const string ClusterToken = "shared by the nodes";

    private NodeCluster? _cluster;

    /// <inheritdoc/>
    public KeyApi Api
    {
        get
        {
            Needs.Consul();
            return ThroughSidecar(Cluster, Cluster.Nodes[0], Cluster.Nodes[1]);
        }
    }

    /// <summary>The nodes.</summary>
    public NodeCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster is not started.");

    /// <summary>A node's API, called at a sidecar: its own, or another's, which passes the call on.</summary>
    public static KeyApi ThroughSidecar(NodeCluster cluster, NodeProcess at, NodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(node);
        return new KeyApi(cluster.SidecarHttp, at.Sidecar!.HttpAddress, $"/v1.0/invoke/{node.Id}/method");
    }

    /// <inheritdoc/>
    public string Output() => _cluster?.Output(linesOfEach: 15) ?? "";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Programs.Consul is not null)
        {
            _cluster = await NodeCluster.StartAsync(new NodeClusterOptions
            {
                Nodes = 3,
                Storage = "memory",
                ThroughDapr = true,
                MoreArguments = [NodeClusterOptions.PatientRequests, NodeClusterOptions.PatientHeartbeats, $"--Dynamo:ClusterToken={ClusterToken}"],
                AdminToken = ClusterToken,
                Tokens = new Dictionary<string, string>(StringComparer.Ordinal) { ["APP_API_TOKEN"] = "shown by the sidecar" },
            });
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}

/// <summary>Binds the contract's tests to the one cluster.</summary>
[CollectionDefinition(Name)]
public sealed class SidecarApiCollection : ICollectionFixture<SidecarApi>
{
    /// <summary>What test classes name.</summary>
    public const string Name = "The API through sidecars";
}
