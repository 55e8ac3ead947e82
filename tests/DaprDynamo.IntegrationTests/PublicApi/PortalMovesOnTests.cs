using DaprDynamo.Contracts.Admin;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>A portal whose nodes die: what can be served, it serves, from the moment on at which they are gone.</summary>
public sealed class PortalMovesOnTests(ITestOutputHelper output)
{
    private const int Keys = 60;

    [Fact]
    public async Task When_a_node_dies_every_read_and_write_through_the_portal_goes_on_at_once()
    {
        await using var cluster = await StartAsync(nodes: 3);
        await using var portal = await PortalProcess.StartAsync(cluster.Http, cluster.Nodes);
        var api = new KeyApi(cluster.Http, portal.Address);
        try
        {
            var clocks = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in Enumerable.Range(0, Keys).Select(number => $"moves/on/{number}"))
            {
                clocks[key] = (await api.PostAsync(key, "1")).ShouldBeJson(201).Clock;
            }

            // A third of the keys has it for its primary.
            await cluster.Nodes[1].KillAsync();
            foreach (var (key, clock) in clocks)
            {
                (await api.GetAsync(key)).ShouldHold("1");
                (await api.PutAsync(key, "2", clock)).ShouldBeJson(200);
                (await api.PostAsync(key + "/new", "3")).ShouldBeJson(201);
                (await api.GetAsync(key)).ShouldHold("2");
                (await api.DeleteAsync(key)).ShouldBeJson(200);
            }
        }
        finally
        {
            output.WriteLine(cluster.Output(15) + portal.Output(40));
        }
    }

    [Fact]
    public async Task When_no_node_is_left_the_portal_says_so_and_that_nothing_was_done()
    {
        await using var cluster = await StartAsync(nodes: 1);
        await using var portal = await PortalProcess.StartAsync(cluster.Http, cluster.Nodes);
        var api = new KeyApi(cluster.Http, portal.Address);
        (await api.PostAsync("a", "1", "?quorum=1")).ShouldBeJson(201);

        await cluster.Nodes[0].KillAsync();

        foreach (var answer in new[] { await api.GetAsync("a"), await api.PostAsync("b", "1"), await api.DeleteAsync("a") })
        {
            answer.ShouldBeProblem(503);
            Assert.Equal("urn:daprdynamo:problem:unreachable", answer.Json.GetProperty("type").GetString());
            Assert.Equal("1", answer.Headers["Retry-After"]);
        }
    }

    [Fact]
    public async Task Through_sidecars_odd_keys_arrive_as_they_were_sent_and_a_dead_node_is_passed_over()
    {
        Needs.Consul();
        await using var cluster = await StartAsync(nodes: 3, throughDapr: true);
        var sidecar = cluster.Nodes[0].Sidecar!.HttpAddress.GetLeftPart(UriPartial.Authority);
        await using var portal = await PortalProcess.StartAsync(
            cluster.Http,
            ["--Portal:Transport=Dapr", "--Portal:Nodes:0=node-1"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DAPR_HTTP_ENDPOINT"] = sidecar });
        var api = new KeyApi(cluster.Http, portal.Address);
        try
        {
            foreach (var key in new[] { "plain", "..", "//", "a/../b", "a%2Fb", "ä?#" })
            {
                (await api.PostAsync(key, "1", "?quorum=3")).ShouldBeJson(201);
                (await api.GetAsync(key, "?quorum=3")).ShouldHold("1");
                (await new KeyApi(cluster.Http, cluster.Nodes[2].Address).GetAsync(key)).ShouldHold("1");
            }

            (await api.SendAsync(HttpMethod.Get, "/v1/%zz")).ShouldBeProblem(400);
            (await api.SendAsync(HttpMethod.Get, "/v1/")).ShouldBeProblem(400);
            (await api.GetAsync("plain", "?encoding=rot13")).ShouldBeProblem(400);

            await cluster.Nodes[1].KillAsync();
            for (var number = 0; number < Keys / 4; number++)
            {
                (await api.GetAsync($"never written {number}")).ShouldBeProblem(404);
            }

            await UntilTheDeadNodeIsMissedAsync(cluster);
            for (var number = 0; number < Keys / 4; number++)
            {
                (await api.PostAsync($"written {number}", "1")).ShouldBeJson(201);
            }
        }
        finally
        {
            output.WriteLine(cluster.Output(15) + portal.Output(40));
        }
    }

    private static Task<NodeCluster> StartAsync(int nodes, bool throughDapr = false) => NodeCluster.StartAsync(new NodeClusterOptions
    {
        Nodes = nodes,
        Storage = "memory",
        ThroughDapr = throughDapr,
        MoreArguments = [NodeClusterOptions.PatientRequests],
    });

    /// <summary>Until the others have noticed the dead one: a write in the meantime may end at a sidecar that does not say whether it arrived.</summary>
    private static Task UntilTheDeadNodeIsMissedAsync(NodeCluster cluster) => Poll.UntilAsync(
        async () => (await cluster.Nodes[0].GetAsync<MembersResponse>("/admin/members")).Members.Single(member => member.NodeId == "node-2").Health != "Up",
        TimeSpan.FromSeconds(60),
        () => "The dead node is not missed.");
}
