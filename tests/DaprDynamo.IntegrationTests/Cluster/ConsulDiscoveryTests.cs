using System.Text.Json;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Nodes without sidecars that find each other in a real Consul.</summary>
public sealed class ConsulDiscoveryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Nodes_form_one_cluster_without_seeds_are_listed_as_healthy_and_are_gone_when_they_stop()
    {
        Needs.Consul();
        using var folder = new TempFolder();
        await using var consul = new ConsulProcess(folder.Path);
        await consul.StartAsync();
        await using var cluster = await StartAsync(consul);

        await Poll.UntilAsync(
            async () => (await Task.WhenAll(cluster.Nodes.Select(node => ChecksOfAsync(consul, node.Id)))).All(checks => checks.Count > 0 && checks.TrueForAll(status => status == "passing")),
            Limit,
            () => cluster.Output(40));
        Assert.Equal(0, await cluster.Node("node-2").StopAsync());

        Assert.DoesNotContain("node-2", await consul.CatalogAsync(), StringComparison.Ordinal);
        Assert.Contains("node-3", await consul.CatalogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_runs_does_not_need_consul_and_registers_again_when_it_is_back_and_has_forgotten_everything()
    {
        Needs.Consul();
        using var folder = new TempFolder();
        await using var consul = new ConsulProcess(folder.Path);
        await consul.StartAsync();
        await using var cluster = await StartAsync(consul);

        await consul.KillAsync();
        (await new KeyApi(cluster.Http, cluster.Nodes[0].Address).PostAsync("key", "1", "?quorum=3")).ShouldBeJson(201);
        await cluster.Nodes[1].KillAsync();
        await cluster.Nodes[1].StartAgainAsync();
        (await new KeyApi(cluster.Http, cluster.Nodes[1].Address).GetAsync("key", "?quorum=3")).ShouldHold("1");

        await using var fresh = consul.WithoutMemory();
        await fresh.StartAsync();
        await Poll.UntilAsync(
            async () => (await fresh.CatalogAsync()) is var catalog && cluster.Nodes.All(node => catalog.Contains(node.Id, StringComparison.Ordinal)),
            Limit,
            () => cluster.Output(40));
    }

    private static Task<NodeCluster> StartAsync(ConsulProcess consul) => NodeCluster.StartAsync(new NodeClusterOptions
    {
        Consul = consul,
        MoreArguments = [NodeClusterOptions.PatientHeartbeats, NodeClusterOptions.PatientRequests],
    });

    private static async Task<List<string?>> ChecksOfAsync(ConsulProcess consul, string service)
    {
        using var health = JsonDocument.Parse(await consul.HealthOfAsync(service));
        return [.. health.RootElement.EnumerateArray().SelectMany(entry => entry.GetProperty("Checks").EnumerateArray()).Select(check => check.GetProperty("Status").GetString())];
    }
}
