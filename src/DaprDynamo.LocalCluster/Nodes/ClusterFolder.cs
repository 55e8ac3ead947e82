using System.Globalization;
using System.Text.Json;
using DaprDynamo.ServiceDefaults.Startup;

namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>
/// Remembers which nodes belong to the cluster whose data is in a folder, in the order in which they came. A cluster that is
/// kept in memory has no folder, and is forgotten with the process.
/// </summary>
internal sealed class ClusterFolder
{
    private const string FileName = "nodes";

    private readonly string? _file;

    private ClusterFolder(string? file, IReadOnlyList<NodeEntry> nodes, bool isNew) => (_file, Nodes, IsNew) = (file, nodes, isNew);

    /// <summary>The nodes, the oldest first.</summary>
    internal IReadOnlyList<NodeEntry> Nodes { get; private set; }

    /// <summary>Whether the folder held no cluster when it was opened.</summary>
    internal bool IsNew { get; }

    /// <summary>Reads what a folder remembers, or makes the folder of a new cluster.</summary>
    /// <exception cref="StartupFailureException">The folder belongs to another number of nodes than was asked for, or cannot be used.</exception>
    internal static ClusterFolder Open(LocalClusterOptions options)
    {
        var asked = FirstNodes(options.Nodes);
        if (options.DataDirectory is not { } folder)
        {
            return new(null, asked, isNew: true);
        }

        var file = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(file))
            {
                var made = new ClusterFolder(file, asked, isNew: true);
                made.Write(asked);
                return made;
            }

            var nodes = Read(file);
            return options.IsNodesGiven && nodes.Count != options.Nodes
                ? throw new StartupFailureException(
                    $"The folder {folder} holds the data of a cluster of {Counted(nodes)}: {string.Join(", ", nodes.Select(node => node.Id))}. "
                    + "Start without --nodes and let nodes join or leave, or give another folder with --data.")
                : new(file, nodes, isNew: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailureException($"The data folder {folder} cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>Remembers these nodes from now on.</summary>
    /// <exception cref="IOException">They could not be written down.</exception>
    /// <exception cref="UnauthorizedAccessException">They must not be written down.</exception>
    internal void Write(IReadOnlyList<NodeEntry> nodes)
    {
        if (_file is not null)
        {
            // In one go: a list that was cut off half-way would lose nodes.
            var next = _file + ".next";
            File.WriteAllText(next, JsonSerializer.Serialize(nodes.Select(node => new { node.Number, node.Zone }), JsonSerializerOptions.Web));
            File.Move(next, _file, overwrite: true);
        }

        Nodes = nodes;
    }

    private static List<NodeEntry> Read(string file)
    {
        var text = File.ReadAllText(file);

        // Earlier versions knew only how many nodes there are.
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= LocalClusterOptions.NodesMax)
        {
            return FirstNodes(count);
        }

        try
        {
            var nodes = JsonSerializer.Deserialize<List<NodeEntry>>(text, JsonSerializerOptions.Web);
            if (nodes is { Count: > 0 } && nodes.TrueForAll(node => node is { Number: >= 1 and <= LocalClusterOptions.NodesMax })
                && nodes.DistinctBy(node => node.Number).Count() == nodes.Count)
            {
                return nodes;
            }
        }
        catch (JsonException)
        {
            // Told below, as anything else that is no list of nodes.
        }

        throw new StartupFailureException($"The file {file} does not tell which nodes belong to the cluster. Give another folder with --data.");
    }

    private static List<NodeEntry> FirstNodes(int count) => [.. Enumerable.Range(1, count).Select(number => new NodeEntry(number))];

    private static string Counted(List<NodeEntry> nodes) => nodes.Count == 1 ? "1 node" : $"{nodes.Count} nodes";
}
