using DaprDynamo.LocalCluster.Nodes;
using DaprDynamo.LocalCluster.Portal;
using DaprDynamo.ServiceDefaults.Startup;
using Spectre.Console;

namespace DaprDynamo.LocalCluster;

/// <summary>Runs the portal and the nodes of a local cluster in this process until it is asked to stop.</summary>
internal static class ClusterRunner
{
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        // Disposed in reverse: nobody adds nodes to a cluster that stops.
        await using var nodes = new LocalNodes(options);
        try
        {
            await using var portal = await LocalPortal.StartAsync(options, nodes, cancellationToken);
            await nodes.StartAsync(cancellationToken);
            Announce(options, nodes.Running);
            await new Departures(nodes).RunAsync(cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (StartupFailureException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
    }

    private static void Announce(LocalClusterOptions options, IReadOnlyList<LocalNode> nodes)
    {
        Console.WriteLine($"The portal: {options.PortalAddress}");
        var table = new Table().AddColumn("Node").AddColumn("Address").AddColumn("Data");
        foreach (var node in nodes)
        {
            table.AddRow(node.Id, node.Address, Markup.Escape(ShownFolder(node.Folder)));
        }

        AnsiConsole.Write(table);
        // Not through the table's writer, which breaks lines.
        Console.WriteLine($"The cluster is ready. Try: curl {nodes[0].Address}/v1/hello   Ctrl-C stops it.");
        Console.WriteLine($"From another terminal, 'join' and 'leave {nodes[^1].Id}' change it{(options.Port == LocalClusterCommand.PortDefault ? "" : $", with --port {options.Port}")}.");
    }

    private static string ShownFolder(string? folder) => folder is null ? "in memory" : Path.GetRelativePath(Environment.CurrentDirectory, folder);
}
