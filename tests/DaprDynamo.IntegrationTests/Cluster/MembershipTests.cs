using System.Net;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Operators take nodes out, put others in their place, and start nodes that do not fit.</summary>
public sealed class MembershipTests(ITestOutputHelper output)
{
    private const int KeyCount = 200;

    [Fact]
    public async Task A_node_that_leaves_when_it_is_stopped_takes_nothing_with_it_and_joins_anew_when_it_is_started_again()
    {
        await using var cluster = await StartAsync(4, "--Dynamo:LeaveOnShutdown=true");
        await WriteAllAsync(cluster);
        var node = cluster.Node("node-3");

        Assert.Equal(0, await node.StopAsync());
        var left = (await cluster.Nodes[0].MembersAsync()).Members.Single(member => member.NodeId == "node-3");
        Assert.Equal(("Left", false), (left.State, left.IsRemoved));
        await ReadAllAsync(cluster);

        await cluster.StartAllAsync();
        await ReadAllAsync(cluster);
    }

    [Fact]
    public async Task A_dead_node_is_removed_and_the_others_keep_all_it_kept()
    {
        await using var cluster = await StartAsync(5);
        await WriteAllAsync(cluster);
        var dead = cluster.Node("node-2");

        var (early, why) = await cluster.Nodes[0].PostAsync("/admin/members/node-2/remove");
        Assert.True(early == HttpStatusCode.Conflict && why.Contains("answers", StringComparison.Ordinal), why);
        await dead.KillAsync();
        cluster.Forget(dead);
        await AcceptedAsync(cluster, "/admin/members/node-2/remove");
        await cluster.WaitUntilTogetherAsync();

        await ReadAllAsync(cluster);
        await dead.DisposeAsync();
    }

    [Fact]
    public async Task A_removed_node_that_comes_back_says_that_it_was_removed_and_serves_nobody()
    {
        await using var cluster = await StartAsync(4);
        await WriteAllAsync(cluster);
        var node = cluster.Node("node-4");
        await node.KillAsync();
        cluster.Forget(node);
        await AcceptedAsync(cluster, "/admin/members/node-4/remove");
        await cluster.WaitUntilTogetherAsync();

        node.Start();
        try
        {
            await Poll.UntilAsync(
                async () => await TroubleOfAsync(node) is { } trouble && trouble.Contains("was removed", StringComparison.Ordinal),
                TimeSpan.FromSeconds(30),
                () => node.Output(40));
            var answer = await new KeyApi(cluster.Http, node.Address).GetAsync("key/1");
            Assert.Equal((503, "1"), (answer.Status, answer.Headers["Retry-After"]));
            await ReadAllAsync(cluster);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_new_node_takes_a_dead_ones_place_and_positions()
    {
        await using var cluster = await StartAsync(4);
        await WriteAllAsync(cluster);
        var dead = cluster.Node("node-3");
        await dead.KillAsync();
        cluster.Forget(dead);

        cluster.Add("node-9", "--Dynamo:Replaces=node-3").Start();
        await cluster.WaitUntilTogetherAsync();

        var members = (await cluster.Nodes[0].MembersAsync()).Members;
        Assert.Equal(("Ready", "node-3"), members.Where(member => member.NodeId == "node-9").Select(member => (member.State, member.Replaces)).Single());
        Assert.Equal(("Left", true), members.Where(member => member.NodeId == "node-3").Select(member => (member.State, member.IsRemoved)).Single());
        await ReadAllAsync(cluster);
        await dead.DisposeAsync();
    }

    [Fact]
    public async Task A_node_whose_seed_is_not_there_keeps_trying_and_says_so_and_joins_when_the_seed_comes()
    {
        await using var cluster = await StartAsync(1);
        await cluster.Node("node-1").StopAsync();
        var waiting = cluster.Add("node-2");
        waiting.Start();

        await Poll.UntilAsync(
            async () => await TroubleOfAsync(waiting) is { } trouble && trouble.Contains("No seed knows the cluster", StringComparison.Ordinal),
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
            async () => await TroubleOfAsync(stranger) is { } trouble && trouble.Contains(identity, StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            () => stranger.Output(40));
        Assert.Single((await cluster.Node("node-1").MembersAsync()).Members);
    }

    [Fact]
    public async Task Two_clusters_that_were_formed_apart_refuse_each_other()
    {
        await using var cluster = await StartAsync(3);
        await WriteAllAsync(cluster);
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

    [Fact]
    public async Task The_last_node_cannot_leave()
    {
        await using var cluster = await StartAsync(1);

        var (status, body) = await cluster.Node("node-1").PostAsync("/admin/leave");

        Assert.True(status == HttpStatusCode.Conflict && body.Contains("last member", StringComparison.Ordinal), body);
    }

    private static Task<NodeCluster> StartAsync(int nodes, params string[] arguments) => NodeCluster.StartAsync(new NodeClusterOptions
    {
        Nodes = nodes,
        MoreArguments = [NodeClusterOptions.PatientHeartbeats, NodeClusterOptions.PatientRequests, "--Dynamo:DownAfterSeconds=1", .. arguments],
    });

    /// <summary>Why a node is not ready, as its health tells; null when it cannot be asked yet.</summary>
    private static async Task<string?> TroubleOfAsync(NodeProcess node)
    {
        try
        {
            return (await node.MembersAsync()).Trouble;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task AcceptedAsync(NodeCluster cluster, string path)
    {
        var last = "";
        await Poll.UntilAsync(
            async () =>
            {
                var (status, body) = await cluster.Nodes[0].PostAsync(path);
                last = body;
                return status == HttpStatusCode.Accepted;
            },
            TimeSpan.FromSeconds(30),
            () => last);
    }

    private static async Task WriteAllAsync(NodeCluster cluster)
    {
        foreach (var number in Enumerable.Range(0, KeyCount))
        {
            (await ApiOf(cluster, number).PostAsync($"key/{number}", $"{number}")).ShouldBeJson(201);
        }
    }

    private async Task ReadAllAsync(NodeCluster cluster)
    {
        output.WriteLine($"Reading through {string.Join(", ", cluster.Nodes.Where(node => node.IsRunning).Select(node => node.Id))}");
        foreach (var number in Enumerable.Range(0, KeyCount))
        {
            (await ApiOf(cluster, number).GetAsync($"key/{number}")).ShouldHold($"{number}");
        }
    }

    private static KeyApi ApiOf(NodeCluster cluster, int number)
    {
        var running = cluster.Nodes.Where(node => node.IsRunning).ToList();
        return new KeyApi(cluster.Http, running[number % running.Count].Address);
    }
}
