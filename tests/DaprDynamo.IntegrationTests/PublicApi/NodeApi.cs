using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>
/// The public API as a node serves it: one cluster for all contract tests. With five nodes and three replicas the node under
/// test is no replica of two keys in five, so that forwarding is tested too.
/// </summary>
public sealed class NodeApi : IApiUnderTest, IAsyncLifetime
{
    private NodeCluster? _cluster;

    /// <inheritdoc/>
    public KeyApi Api => ApiOf(Cluster.Nodes[0]);

    /// <summary>The nodes.</summary>
    public NodeCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster is not started.");

    /// <summary>The API as this node serves it.</summary>
    public KeyApi ApiOf(NodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new KeyApi(Cluster.Http, node.Address);
    }

    /// <inheritdoc/>
    public string Output() => Cluster.Output(linesOfEach: 15);

    /// <inheritdoc/>
    public async Task InitializeAsync() => _cluster = await NodeCluster.StartAsync(
        new NodeClusterOptions { Nodes = 5, Storage = "memory", MoreArguments = [NodeClusterOptions.PatientRequests, NodeClusterOptions.PatientHeartbeats] });

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
public sealed class NodeApiCollection : ICollectionFixture<NodeApi>
{
    /// <summary>What test classes name.</summary>
    public const string Name = "The API of a node";
}
