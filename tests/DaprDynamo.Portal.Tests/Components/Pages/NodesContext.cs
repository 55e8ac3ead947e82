using Bunit;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Portal.Audit;
using DaprDynamo.Portal.Keys;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Portal.Proxy;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Radzen;

namespace DaprDynamo.Portal.Tests.Components.Pages;

/// <summary>What pages need that ask nodes: three nodes that a test speaks for, and somebody who may change things.</summary>
public abstract class NodesContext : BunitContext
{
    private readonly TempFolder _folder = new();

    protected NodesContext()
    {
        var options = new PortalOptions { DataDirectory = _folder.Path };
        JSInterop.Mode = JSRuntimeMode.Loose;
        User = SomeUser.In(Services);
        Cluster.Change(_ => Clusters.Of(3));
        Audit = new AuditLog(options, TimeProvider.System, NullLogger<AuditLog>.Instance);
        Services.AddRadzenComponents();
        Services.AddSingleton(options);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Cluster);
        Services.AddSingleton(Audit);
        Services.AddSingleton(new NodeApi(Nodes, options));
        Services.AddSingleton(_ => new NodeForwarder(Nodes, options));
        Services.AddSingleton(provider => new KeyService(provider.GetRequiredService<NodeForwarder>(), options, Cluster));
    }

    private protected FakeNodes Nodes { get; } = new();

    private protected LiveCluster Cluster { get; } = new();

    private protected AuditLog Audit { get; }

    private protected SomeUser User { get; }

    /// <summary>What the list of who did what says, the latest first.</summary>
    private protected async Task<IEnumerable<string>> AuditedAsync() => (await Audit.ReadLatestAsync(10)).Select(entry => $"{entry.Who}: {entry.What}: {entry.Outcome}");

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }
}
