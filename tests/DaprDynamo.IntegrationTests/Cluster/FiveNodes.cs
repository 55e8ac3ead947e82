using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Five durable nodes that the cluster's tests kill and start again. Each test finds all five running.</summary>
/// <param name="throughDapr">Whether they reach each other through sidecars.</param>
public abstract class FiveNodes(bool throughDapr) : IAsyncLifetime
{
    private NodeCluster? _cluster;

    /// <summary>Whether the nodes reach each other through sidecars.</summary>
    public bool ThroughDapr => throughDapr;

    /// <summary>What the nodes printed last.</summary>
    public string Output(int linesOfEach) => _cluster?.Output(linesOfEach) ?? "";

    /// <summary>The nodes.</summary>
    public NodeCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster is not started.");

    /// <summary>The nodes that run now.</summary>
    public IReadOnlyList<NodeProcess> Living => [.. Cluster.Nodes.Where(node => node.IsRunning)];

    /// <summary>The API as a node serves it.</summary>
    public KeyApi ApiOf(NodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new KeyApi(Cluster.Http, node.Address);
    }

    /// <summary>The names of the nodes that keep a key, as a node tells them.</summary>
    public async Task<IReadOnlyList<string>> PrimariesAsync(string key)
    {
        var ring = (await ApiOf(Living[0]).SendAsync(HttpMethod.Get, $"/admin/ring?key={Uri.EscapeDataString(key)}")).ShouldBeJson(200);
        return [.. ring.Json.GetProperty("key").GetProperty("primaries").EnumerateArray().Select(id => id.GetString()!)];
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        // The runner makes what a collection shares even when it skips every test in it.
        if (!throughDapr || Programs.Consul is not null)
        {
            _cluster = await NodeCluster.StartAsync(new NodeClusterOptions
            {
                Nodes = 5, Storage = "sqlite", ThroughDapr = throughDapr, MoreArguments = [NodeClusterOptions.PatientRequests],
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

/// <summary>Nodes that call each other's addresses.</summary>
public sealed class FiveNodesDirectly() : FiveNodes(throughDapr: false);

/// <summary>Nodes that call each other through sidecars.</summary>
public sealed class FiveNodesThroughDapr() : FiveNodes(throughDapr: true);

/// <summary>Binds tests to the one cluster; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class FiveNodesDirectlyCollection : ICollectionFixture<FiveNodesDirectly>
{
    /// <summary>What test classes name.</summary>
    public const string Name = "Five durable nodes";
}

/// <summary>Binds tests to the one cluster; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class FiveNodesThroughDaprCollection : ICollectionFixture<FiveNodesThroughDapr>
{
    /// <summary>What test classes name.</summary>
    public const string Name = "Five durable nodes behind sidecars";
}
