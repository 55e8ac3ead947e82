using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>
/// The public API as the portal serves it: one cluster and one portal for all contract tests. The settings name one node alone, so
/// that the portal has found the others by itself.
/// </summary>
public sealed class PortalApi : IApiUnderTest, IAsyncLifetime
{
    private NodeCluster? _cluster;
    private PortalProcess? _portal;

    /// <inheritdoc/>
    public KeyApi Api => new(Cluster.Http, Portal.Address);

    /// <summary>The nodes.</summary>
    public NodeCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster is not started.");

    /// <summary>The portal.</summary>
    public PortalProcess Portal => _portal ?? throw new InvalidOperationException("The portal is not started.");

    /// <inheritdoc/>
    public string Output() => Cluster.Output(linesOfEach: 15) + _portal?.Output(15);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _cluster = await NodeCluster.StartAsync(
            new NodeClusterOptions { Nodes = 5, Storage = "memory", MoreArguments = [NodeClusterOptions.PatientRequests, NodeClusterOptions.PatientHeartbeats] });
        _portal = await PortalProcess.StartAsync(_cluster.Http, _cluster.Nodes.Take(1), "--Portal:NodeTimeoutMs=20000", "--Portal:ProxyTimeoutMs=60000");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_portal is not null)
        {
            await _portal.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}

/// <summary>Binds the contract's tests to the one portal.</summary>
[CollectionDefinition(Name)]
public sealed class PortalApiCollection : ICollectionFixture<PortalApi>
{
    /// <summary>What test classes name.</summary>
    public const string Name = "The API of the portal";
}
