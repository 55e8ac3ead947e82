using System.Globalization;

namespace DaprDynamo.LocalCluster;

/// <summary>What the command line asks for.</summary>
internal sealed record LocalClusterOptions
{
    internal const int NodesMax = 32;

    /// <summary>How many nodes to start; a folder that holds a cluster already knows better.</summary>
    internal required int Nodes { get; init; }

    /// <summary>Whether somebody asked for that number.</summary>
    internal required bool IsNodesGiven { get; init; }

    /// <summary>The first port: the portal's. Nodes count up from the next.</summary>
    internal required int Port { get; init; }

    /// <summary>The folder the nodes' own folders are in; null to keep everything in memory.</summary>
    internal required string? DataDirectory { get; init; }

    /// <summary>Where the portal is found, and the control API.</summary>
    internal string PortalAddress => AddressOf(0);

    internal static string NodeIdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"node-{number}");

    internal string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port + number}");

    internal string? FolderOf(int number) => DataDirectory is null ? null : Path.Combine(DataDirectory, NodeIdOf(number));
}
