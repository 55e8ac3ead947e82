using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>Clients that write the same key at the same time through different nodes.</summary>
public abstract class ConcurrentWriteTests(FiveNodes nodes, ITestOutputHelper output) : ClusterTest(nodes, output)
{
    [Fact]
    public async Task Two_clients_writing_with_one_clock_make_exactly_two_siblings_that_a_put_resolves()
    {
        var keys = NewKeys(30);
        var clocks = await CreateAllAsync(keys);

        await EachAsync(keys, async (key, number) => await Task.WhenAll(
            PutAsync(number, key, "\"first client\"", clocks[number]),
            PutAsync(number + 2, key, "\"second client\"", clocks[number])));

        foreach (var node in Nodes.Living)
        {
            await EachAsync(keys, async (key, _) => (await Nodes.ApiOf(node).GetAsync(key)).ShouldHold("\"first client\"", "\"second client\""));
        }

        await EachAsync(keys, async (key, number) =>
        {
            var merged = await AnyApi(number).GetAsync(key);
            return (await AnyApi(number + 1).PutAsync(key, "\"resolved\"", merged.Clock)).ShouldBeJson(200);
        });
        await EveryNodeShouldReadAsync(keys, _ => "\"resolved\"");
    }

    [Fact]
    public async Task As_many_siblings_remain_as_clients_wrote_concurrently_however_often_they_wrote()
    {
        const int clients = 6;
        const int rounds = 8;
        var key = NewKeys(1)[0];
        var first = (await AnyApi(0).PostAsync(key, "0")).ShouldBeJson(201).Clock;

        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            var clock = first;
            for (var round = 0; round < rounds; round++)
            {
                clock = (await AnyApi(client + round).PutAsync(key, $"\"client {client} round {round}\"", clock)).ShouldBeJson(200).Clock;
            }
        }));

        var expected = Enumerable.Range(0, clients).Select(client => $"\"client {client} round {rounds - 1}\"").ToArray();
        foreach (var node in Nodes.Living)
        {
            (await Nodes.ApiOf(node).GetAsync(key)).ShouldHold(expected);
        }
    }

    private async Task<ApiAnswer> PutAsync(int node, string key, string value, string clock) =>
        (await AnyApi(node).PutAsync(key, value, clock)).ShouldBeJson(200);
}
