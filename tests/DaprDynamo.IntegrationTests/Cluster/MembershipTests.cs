using System.Net;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Operators take nodes out and put others in their place.</summary>
/// <param name="throughDapr">Whether nodes reach each other through sidecars.</param>
/// <param name="output">Where the tests report.</param>
public abstract class MembershipTests(bool throughDapr, ITestOutputHelper output)
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
    public async Task A_dead_node_is_removed_and_the_others_keep_all_it_kept_and_should_it_come_back_it_serves_nobody_until_its_disk_is_empty()
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

        dead.Start();
        try
        {
            await Poll.UntilAsync(
                async () => await dead.TroubleAsync() is { } trouble && trouble.Contains("was removed", StringComparison.Ordinal),
                TimeSpan.FromSeconds(30),
                () => dead.Output(40));
            var answer = await new KeyApi(cluster.Http, dead.Address).GetAsync("key/1");
            Assert.Equal((503, "1"), (answer.Status, answer.Headers["Retry-After"]));
            await ReadAllAsync(cluster);

            await dead.StopAsync();
            await dead.StartAgainAsync(withEmptyDisk: true);
            MemberResponse? own = null;
            await Poll.UntilAsync(
                async () => (own = (await cluster.Nodes[0].MembersAsync()).Members.Single(member => member.NodeId == "node-2")) is { State: "Ready", Phase: "None", IsRemoved: false },
                TimeSpan.FromSeconds(60),
                () => $"{own}\n{dead.Output(40)}");
            await ReadAllAsync(cluster);
        }
        finally
        {
            await dead.DisposeAsync();
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
    public async Task The_last_node_cannot_leave()
    {
        await using var cluster = await StartAsync(1);

        var (status, body) = await cluster.Node("node-1").PostAsync("/admin/leave");

        Assert.True(status == HttpStatusCode.Conflict && body.Contains("last member", StringComparison.Ordinal), body);
    }

    private Task<NodeCluster> StartAsync(int nodes, params string[] arguments)
    {
        if (throughDapr)
        {
            Needs.Consul();
        }

        return NodeCluster.StartAsync(new NodeClusterOptions
        {
            Nodes = nodes,
            ThroughDapr = throughDapr,
            MoreArguments = [NodeClusterOptions.PatientHeartbeats, NodeClusterOptions.PatientRequests, "--Dynamo:DownAfterSeconds=1", .. arguments],
        });
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
