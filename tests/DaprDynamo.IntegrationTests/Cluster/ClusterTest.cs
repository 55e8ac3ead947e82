using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>What all tests with dying nodes share: every test starts with all nodes alive, and shows their output when it fails.</summary>
public abstract class ClusterTest(FiveNodes nodes, ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>The nodes, running or not.</summary>
    protected FiveNodes Nodes => nodes;

    /// <summary>So many keys nobody used before.</summary>
    protected static IReadOnlyList<string> NewKeys(int count)
    {
        var prefix = Guid.NewGuid().ToString("n");
        return [.. Enumerable.Range(0, count).Select(number => $"{prefix}/{number}")];
    }

    /// <summary>A living node's API, another one for each number.</summary>
    protected KeyApi AnyApi(int number) => nodes.ApiOf(nodes.Living[number % nodes.Living.Count]);

    /// <summary>Creates every key with its number as value, through the living nodes in turn; answers the clocks.</summary>
    protected Task<string[]> CreateAllAsync(IReadOnlyList<string> keys) =>
        EachAsync(keys, async (key, number) => (await AnyApi(number).PostAsync(key, $"{number}")).ShouldBeJson(201).Clock);

    /// <summary>Asserts that every living node answers these values for every key.</summary>
    protected async Task EveryNodeShouldReadAsync(IReadOnlyList<string> keys, Func<int, string> value)
    {
        foreach (var node in nodes.Living)
        {
            var api = nodes.ApiOf(node);
            await EachAsync(keys, async (key, number) => (await api.GetAsync(key)).ShouldHold(value(number)));
        }
    }

    /// <summary>Does something with every key, eight at a time.</summary>
    protected static async Task<T[]> EachAsync<T>(IReadOnlyList<string> keys, Func<string, int, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var results = new T[keys.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, keys.Count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => results[number] = await work(keys[number], number));
        return results;
    }

    /// <inheritdoc/>
    public Task InitializeAsync()
    {
        if (nodes.ThroughDapr)
        {
            Needs.Consul();
        }

        return nodes.Cluster.StartAllAsync();
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        output.WriteLine(nodes.Output(linesOfEach: 40));
        return Task.CompletedTask;
    }
}
