using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Nodes whose seeds are not there, or belong to something else.</summary>
public sealed class StrangerTests
{
    private const int KeyCount = 50;

    [Fact]
    public async Task A_node_whose_seed_is_not_there_keeps_trying_and_says_so_and_joins_when_the_seed_comes()
    {
        await using var cluster = await StartAsync(1);
        await cluster.Node("node-1").StopAsync();
        var waiting = cluster.Add("node-2");
        waiting.Start();

        await Poll.UntilAsync(
            async () => await waiting.TroubleAsync() is { } trouble && trouble.Contains("No seed knows the cluster", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            () => waiting.Output(40));
        Assert.Contains("No seed knows the cluster", waiting.Output(40), StringComparison.Ordinal);

        await cluster.StartAllAsync();
    }

    [Theory]
    [InlineData("--Dynamo:ClusterName=another", "another/Q256/N3")]
    [InlineData("--Dynamo:Partitions=128", "daprdynamo/Q128/N3")]
    [InlineData("--Dynamo:Replicas=2", "daprdynamo/Q256/N2")]
    public async Task A_node_of_another_kind_of_cluster_is_refused_and_told_why(string setting, string identity)
    {
        await using var cluster = await StartAsync(1);
        var stranger = cluster.Add("node-2", setting);
        stranger.Start();

        await Poll.UntilAsync(
            async () => await stranger.TroubleAsync() is { } trouble && trouble.Contains(identity, StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            () => stranger.Output(40));
        Assert.Single((await cluster.Node("node-1").MembersAsync()).Members);
    }

    [Fact]
    public async Task Two_clusters_that_were_formed_apart_refuse_each_other()
    {
        await using var cluster = await StartAsync(3);
        foreach (var number in Enumerable.Range(0, KeyCount))
        {
            (await new KeyApi(cluster.Http, cluster.Nodes[number % 3].Address).PostAsync($"key/{number}", $"{number}")).ShouldBeJson(201);
        }

        var lost = cluster.Node("node-3");
        await lost.KillAsync();
        Directory.Delete(lost.DataDirectory, recursive: true);

        // It stands first in its own list, and asks nobody who knows better: a cluster of its own, at an address the others know.
        var apart = cluster.PutInPlaceOf(lost, $"--Dynamo:Seeds:0=node-3={lost.Address}", "--Dynamo:Seeds:1=http://127.0.0.1:1", "--Dynamo:Seeds:2=http://127.0.0.1:2");
        apart.Start();
        await apart.WaitUntilReadyAsync();
        await Poll.UntilAsync(
            () => Task.FromResult(cluster.Nodes[0].Output(200).Contains("another cluster of the same name", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30),
            () => cluster.Output(60));

        Assert.Single((await apart.MembersAsync()).Members);
        Assert.Equal(3, (await cluster.Nodes[0].MembersAsync()).Members.Count);
        foreach (var number in Enumerable.Range(0, KeyCount))
        {
            (await new KeyApi(cluster.Http, cluster.Nodes[number % 2].Address).GetAsync($"key/{number}")).ShouldHold($"{number}");
        }
    }

    private static Task<NodeCluster> StartAsync(int nodes) => NodeCluster.StartAsync(new NodeClusterOptions
    {
        Nodes = nodes,
        MoreArguments = [NodeClusterOptions.PatientHeartbeats, NodeClusterOptions.PatientRequests, "--Dynamo:DownAfterSeconds=1"],
    });
}
