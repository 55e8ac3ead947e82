using System.Net.Http.Json;
using System.Text.Json;
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

    /// <summary>Gives a key two values, as two clients do that do not know of each other.</summary>
    public async Task MakeSiblingsAsync(string key)
    {
        var address = new Uri(Cluster.Nodes[1].Address, $"/v1/{key}?quorum=3");
        await CreateAsync(key, new { items = new[] { "milk" } });
        var clock = (await Cluster.Http.GetFromJsonAsync<JsonElement>(address)).GetProperty("clock").GetString();
        foreach (var item in new[] { "bread", "eggs" })
        {
            using var answer = await Cluster.Http.PutAsJsonAsync(address, new { value = new { items = new[] { "milk", item } }, clock });
            answer.EnsureSuccessStatusCode();
        }
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
