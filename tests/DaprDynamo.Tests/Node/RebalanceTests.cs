using System.Net;
using System.Net.Http.Json;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace DaprDynamo.Tests.Node;

/// <summary>An operator asks for an even ring, on hosts as they run.</summary>
public sealed class RebalanceTests : IAsyncLifetime, IDisposable
{
    private const int MembersAtFirst = 6;
    private const int KeyCount = 200;
    private const int ValueSizeBytes = 1_000;

    // A ring takes many steps to become even, on a machine that may be busy with other things.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly HttpClient _http = new();
    private readonly Dictionary<string, WebApplication> _nodes = new(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        for (var number = 1; number <= MembersAtFirst; number++)
        {
            var seed = number == 1 ? null : SmallNode.AddressOf(_nodes["node-1"]);
            _nodes[$"node-{number}"] = await SmallNode.StartAsync($"node-{number}", seed);
            await UntilTogetherAsync();
        }
    }

    public Task DisposeAsync() => Task.WhenAll(_nodes.Values.Select(EndAsync));

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Rebalancing_makes_a_ring_even_that_leaves_have_made_uneven_and_keeps_all_data()
    {
        var value = new string('v', ValueSizeBytes);
        for (var number = 0; number < KeyCount; number++)
        {
            using var created = await _http.PostAsJsonAsync(UriOf("node-1", $"/v1/key-{number}"), new { value });
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }

        foreach (var leaverId in LeaversThatMakeItUneven())
        {
            ShouldTellHowManyBytesMove(await _http.GetFromJsonAsync<PlanResponse>(UriOf("node-1", $"/admin/plan?leave={leaverId}")));
            using var leaving = await _http.PostAsync(UriOf(leaverId, "/admin/leave"), content: null);
            Assert.Equal(HttpStatusCode.Accepted, leaving.StatusCode);
            await UntilAsync(leaverId, view => view.Members.Single(member => member.IsSelf).State == "Left" && view.ChangeWaitsFor is null);
            await EndAsync(_nodes[leaverId]);
            _nodes.Remove(leaverId);
            await UntilTogetherAsync();
        }

        var plan = (await _http.GetFromJsonAsync<PlanResponse>(UriOf("node-1", "/admin/plan?rebalance=true")))!;
        Assert.Matches("^[2-9] members claim more of the ring, one after the other", plan.Change);
        using var begun = await _http.PostAsync(UriOf("node-1", "/admin/rebalance"), content: null);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        await Poll.UntilAsync(
            async () => await RingAsync() is { Balance: { PrimariesMaxToMean: <= 1.10, ReplicasMaxToMean: <= 1.10 } },
            () => "The ring does not become even.",
            Limit);
        await UntilTogetherAsync();
        await ShouldBeAsPlannedAsync(plan);

        using var again = await _http.PostAsync(UriOf("node-1", "/admin/rebalance"), content: null);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Contains("even", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        for (var number = 0; number < KeyCount; number++)
        {
            using var read = await _http.GetAsync(UriOf("node-1", $"/v1/key-{number}"));
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }
    }

    private static void ShouldTellHowManyBytesMove(PlanResponse? plan)
    {
        // Every partition weighs much the same; how much this node's weigh stands for all.
        var expected = (double)KeyCount * ValueSizeBytes / SmallNode.Partitions * plan!.MovedReplicas;
        Assert.InRange(plan.MovedReplicas, 1, SmallNode.Partitions * 3);
        Assert.InRange(plan.MovedSizeBytes, expected / 2, expected * 2);
    }

    private async Task ShouldBeAsPlannedAsync(PlanResponse plan)
    {
        var ring = await RingAsync();
        Assert.Equal(plan.DigestAfter, ring.Digest);
        Assert.Equal(plan.PreferenceListsAfter, ring.PreferenceLists);
        Assert.Equal(plan.BalanceAfter, ring.Balance);
        Assert.InRange(plan.MovedReplicas, plan.UnavoidableReplicas, SmallNode.Partitions * 3);
        Assert.Equal(plan.MovedReplicas, plan.Members.Sum(member => member.Gains));
    }

    /// <summary>
    /// The ring is a pure function of who came and went: which leaves make it so uneven that several members must claim more can be
    /// worked out beforehand.
    /// </summary>
    private static IReadOnlyList<string> LeaversThatMakeItUneven()
    {
        var settings = new ClusterSettings("", new PartitionSpace(SmallNode.Partitions), new QuorumSettings(3, 2, 2));
        var records = InitialRing.Of(settings, Enumerable.Range(1, MembersAtFirst).Select(number => ($"node-{number}", new Uri($"http://node-{number}"), "default")));
        var others = Enumerable.Range(2, MembersAtFirst - 1).Select(number => $"node-{number}").ToList();
        return (from first in others
                from second in others
                where first != second
                let left = Without(settings, Without(settings, records, first), second)
                where RingPlans.RebalanceSteps(settings.Space, settings.Quorum.Replicas, [.. left]).Select(step => step.NodeId).Distinct().Count() > 1
                select (IReadOnlyList<string>)[first, second]).First();
    }

    private static IReadOnlyList<MemberRecord> Without(ClusterSettings settings, IReadOnlyList<MemberRecord> records, string leaverId)
    {
        var leaving = RingPlans.Leave(settings.Space, settings.Quorum.Replicas, [.. records], records.Single(record => record.NodeId == leaverId));
        var left = RingPlans.Finish(RingPlans.Switch(leaving));
        List<MemberRecord> after = [.. records.Select(record => record.NodeId == leaverId ? left : record)];
        return [.. after.Select(record => RingPlans.TakeInheritance([.. after], record) ?? record)];
    }

    private static async Task EndAsync(WebApplication node)
    {
        await node.StopAsync();
        await node.DisposeAsync();
    }

    /// <summary>Waits until all nodes know of each other and nothing is changing.</summary>
    private async Task UntilTogetherAsync()
    {
        foreach (var nodeId in _nodes.Keys.ToList())
        {
            await UntilAsync(nodeId, view => view.Members.Count(member => member.State != "Left") == _nodes.Count
                && view.Members.Where(member => member.State != "Left").All(member => member is { State: "Ready", Phase: "None" }));
        }
    }

    private async Task UntilAsync(string nodeId, Func<MembersResponse, bool> condition)
    {
        MembersResponse? last = null;
        await Poll.UntilAsync(
            async () => condition(last = (await _http.GetFromJsonAsync<MembersResponse>(UriOf(nodeId, "/admin/members")))!),
            () => $"{nodeId}, which waits for '{last?.ChangeWaitsFor}', sees {string.Join(", ", last?.Members.Select(member => $"{member.NodeId} {member.State}/{member.Phase}") ?? [])}",
            Limit);
    }

    private async Task<RingResponse> RingAsync() => (await _http.GetFromJsonAsync<RingResponse>(UriOf("node-1", "/admin/ring")))!;

    private Uri UriOf(string nodeId, string pathAndQuery) => new(SmallNode.AddressOf(_nodes[nodeId]), pathAndQuery);
}
