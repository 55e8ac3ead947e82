using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>What nodes tell those who watch them.</summary>
public sealed class TelemetryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_is_told_by_all_that_had_a_part_in_it_and_a_death_by_all_that_live()
    {
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions { Nodes = 4, Storage = "memory", MoreArguments = [NodeClusterOptions.PatientRequests] });
        var trace = Guid.NewGuid().ToString("n");
        var key = $"watched/{trace}";
        var api = new KeyApi(cluster.Http, cluster.Nodes[0].Address);

        (await api.SendAsync(HttpMethod.Post, KeyApi.PathOf(key), """{"value":1}""", ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"))).ShouldBeJson(201);

        // Four nodes, three replicas: it may have been passed on, and then both nodes tell of it under the client's trace id.
        var requests = await TellsAsync<RequestEvent>(
            cluster, cluster.Nodes, request => request.Key == key, all => all.Exists(request => request.IsForwarded ? all.Count == 2 : request.Calls.All(call => call.Kind != "Coordinate")));
        Assert.All(requests, request => Assert.Equal((trace, "create", "Created", false), (request.TraceId, request.Verb, request.Status, request.IsFailure)));
        var coordinated = Assert.Single(requests, request => request.Calls.All(call => call.Kind != "Coordinate"));
        Assert.Equal(coordinated.IsForwarded ? 2 : 1, requests.Count);
        Assert.True(coordinated.Calls.Count(call => call is { Kind: "Read", Outcome: "Ok" }) >= 2, $"{coordinated}");
        Assert.Equal(3, coordinated.Calls.Count(call => call is { Kind: "Write", Outcome: "Ok" }));
        Assert.InRange(coordinated.QuorumMs!.Value, 0, coordinated.DurationMs);
        Assert.All(coordinated.Calls, call => Assert.True(call.DurationMs >= 0 && call.StartMs >= 0, $"{call}"));

        var dead = cluster.Nodes[3];
        await dead.KillAsync();
        await TellsAsync<HealthEvent>(cluster, [cluster.Nodes[0]], health => health.IsSuspect && health.NodeId == dead.Id, all => all.Count > 0);
    }

    [Fact]
    public async Task Telemetry_is_behind_the_cluster_token()
    {
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions
        {
            Nodes = 1, Storage = "memory", AdminToken = "secret", MoreArguments = ["--Dynamo:ClusterToken=secret"],
        });
        using var stranger = new HttpClient();

        var refused = await stranger.GetAsync(new Uri(cluster.Nodes[0].Address, "/telemetry/events"));
        var told = await cluster.Nodes[0].GetAsync<TelemetryResponse>("/telemetry/events?after=0");

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains(told.Events, happened => happened is MemberEvent { NodeId: "node-1", State: "Ready" });
    }

    /// <summary>Reads as a portal does until the nodes have told enough of what fits; answers that.</summary>
    private static async Task<List<T>> TellsAsync<T>(NodeCluster cluster, IEnumerable<NodeProcess> nodes, Func<T, bool> fits, Func<List<T>, bool> isEnough)
    {
        var found = new List<T>();
        await Poll.UntilAsync(
            async () =>
            {
                found.Clear();
                foreach (var node in nodes)
                {
                    var after = 0L;
                    while (await node.GetAsync<TelemetryResponse>($"/telemetry/events?after={after}&wait=0") is { Events.Count: > 0 } told)
                    {
                        found.AddRange(told.Events.OfType<T>().Where(fits));
                        after = told.Next;
                    }
                }

                return isEnough(found);
            },
            Limit,
            () => cluster.Output(40));
        return found;
    }
}
