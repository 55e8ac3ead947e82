using System.Net.Http.Json;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>Four nodes and a portal, each a process, shared by the tests that look at them through a browser.</summary>
public sealed class PortalFixture : IAsyncLifetime
{
    /// <summary>The tests that share it, one after the other.</summary>
    public const string Name = "portal in a browser";

    private NodeCluster? _cluster;
    private PortalProcess? _portal;

    public BrowserFixture Browser { get; } = new();

    /// <summary>The nodes.</summary>
    public NodeCluster Cluster => _cluster!;

    /// <summary>The portal.</summary>
    public PortalProcess Portal => _portal!;

    public async Task InitializeAsync()
    {
        // Without a browser every one of the tests is skipped.
        if (Programs.Chromium is null)
        {
            return;
        }

        _cluster = await NodeCluster.StartAsync(new NodeClusterOptions { Nodes = 4, Storage = "memory", MoreArguments = [NodeClusterOptions.PatientRequests] });
        _portal = await PortalProcess.StartAsync(_cluster.Http, _cluster.Nodes);
    }

    /// <summary>Opens a page of the portal in a new tab.</summary>
    public async Task<Tab> OpenAsync(string path)
    {
        Needs.Chromium();
        var tab = await Browser.OpenAsync(Portal.Address);
        await tab.GoToAsync(path);
        return tab;
    }

    /// <summary>Writes a key's first value as any client would, at a node.</summary>
    public async Task CreateAsync(string key, object value)
    {
        using var answer = await Cluster.Http.PostAsJsonAsync(new Uri(Cluster.Nodes[0].Address, $"/v1/{key}"), new { value });
        answer.EnsureSuccessStatusCode();
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        if (_portal is not null)
        {
            await _portal.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [CollectionDefinition(Name)]
    public sealed class Tests : ICollectionFixture<PortalFixture>;
}
