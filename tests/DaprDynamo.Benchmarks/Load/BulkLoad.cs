using System.Globalization;
using DaprDynamo.Benchmarks.Corpus;
using DaprDynamo.IntegrationTests.Processes;

namespace DaprDynamo.Benchmarks.Load;

/// <summary>What the bulk load is to do.</summary>
internal sealed record BulkLoadOptions(int Nodes, int Keys, int Clients, string Storage);

/// <summary>
/// Writes real data through the public API to separate node processes, kills one of them half-way and starts it again, and
/// then reads everything back through every node.
/// </summary>
internal static class BulkLoad
{
    private static readonly TimeSpan ProgressLimit = TimeSpan.FromMinutes(30);

    /// <summary>Runs it; answers 0 when every value is there, through every node, byte for byte.</summary>
    public static async Task<int> RunAsync(BulkLoadOptions options)
    {
        var entries = RealData.Take(options.Keys);
        Print($"{entries.Count:N0} keys, {entries.Sum(entry => (long)entry.ValueJson.Length):N0} characters of values, {options.Nodes} nodes on {options.Storage}, {options.Clients} clients");
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions { Nodes = options.Nodes, Storage = options.Storage });
        var addresses = cluster.Nodes.Select(node => node.Address).ToList();

        var writer = new BulkWriter(addresses, entries, options.Clients);
        var writing = writer.WriteAllAsync();
        await KillAndStartAgainAsync(cluster, writer, entries.Count, writing);
        await writing;
        Print($"writes: {writer.Tally}; given up: {writer.GivenUp}, first writes without a clear answer: {writer.UncertainDrafts.Count}");

        var wrong = writer.GivenUp;
        foreach (var node in cluster.Nodes)
        {
            var reader = new BulkReader(node.Address, entries, writer.UncertainDrafts, options.Clients);
            await reader.ReadAllAsync();
            Print($"reads through {node.Id}: {reader.Tally}; missing: {reader.Missing}, different: {reader.Different}");
            wrong += reader.Missing + reader.Different;
        }

        Print(wrong == 0 ? "every value is there, through every node" : $"FAILED: {wrong} values are missing or different");
        if (wrong > 0)
        {
            Console.WriteLine(cluster.Output(linesOfEach: 30));
        }

        return wrong == 0 ? 0 : 1;
    }

    private static async Task KillAndStartAgainAsync(NodeCluster cluster, BulkWriter writer, int keys, Task writing)
    {
        var victim = cluster.Nodes[cluster.Nodes.Count / 2];
        await AtAsync(keys / 2);
        await victim.KillAsync();
        Print($"killed {victim.Id} after {writer.Written:N0} keys");
        await AtAsync(keys * 3 / 4);
        await victim.StartAgainAsync();
        Print($"{victim.Id} is ready again after {writer.Written:N0} keys");

        Task AtAsync(int count) => Poll.UntilAsync(
            () => Task.FromResult(writer.Written >= count || writing.IsCompleted),
            ProgressLimit,
            () => $"only {writer.Written} of {count} keys are written; {writer.Tally}\n{cluster.Output(50)}");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
