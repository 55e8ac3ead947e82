using System.Net.Http.Json;
using DaprDynamo.Contracts.Admin;
using Xunit;

namespace DaprDynamo.Tests.Node;

public class JoinRaceTests
{
    private const int Tries = 50;

    // They mostly wait for each other, so that several take hardly longer than one.
    private const int TriesAtOnce = 5;

    [Fact]
    public async Task Two_nodes_started_at_the_same_moment_against_one_seed_join_one_after_the_other_every_time()
    {
        using var http = new HttpClient();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Tries), new ParallelOptions { MaxDegreeOfParallelism = TriesAtOnce }, async (number, _) => await RaceAsync(number, http));
    }

    private static async Task RaceAsync(int number, HttpClient http)
    {
        var seed = await SmallNode.StartAsync("node-1", null);
        var seedAddress = SmallNode.AddressOf(seed);
        var racers = await Task.WhenAll(SmallNode.StartAsync("node-2", seedAddress), SmallNode.StartAsync("node-3", seedAddress));
        try
        {
            var last = "";
            await Poll.UntilAsync(
                async () =>
                {
                    var view = (await http.GetFromJsonAsync<MembersResponse>(new Uri(seedAddress, "/admin/members")))!;
                    last = string.Join(", ", view.Members.Select(member => $"{member.NodeId} {member.State}/{member.Phase}"));
                    Assert.InRange(view.Members.Count(member => member.Phase != "None"), 0, 1);
                    return view.Members.Count == 3 && view.Members.All(member => member is { State: "Ready", Phase: "None" });
                },
                () => $"Try {number}: {last}");

            var rings = await Task.WhenAll(racers.Append(seed).Select(node => http.GetFromJsonAsync<RingResponse>(new Uri(SmallNode.AddressOf(node), "/admin/ring"))));
            // Formed in one step, and three for each of two joins: none was begun twice or given up.
            Assert.Equal(7ul, rings[2]!.Epoch);
            Assert.InRange(rings[2]!.Balance.PrimariesMaxToMean, 1, 1.10);
        }
        finally
        {
            await Task.WhenAll(racers.Append(seed).Select(node => node.DisposeAsync().AsTask()));
        }
    }
}
