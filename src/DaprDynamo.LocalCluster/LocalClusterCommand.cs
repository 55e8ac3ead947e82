using System.CommandLine;
using System.Globalization;

namespace DaprDynamo.LocalCluster;

/// <summary>The command line.</summary>
internal static class LocalClusterCommand
{
    private const int PortMax = 65_535;

    internal static RootCommand Create(Func<LocalClusterOptions, CancellationToken, Task<int>> run)
    {
        var nodes = new Option<int>("--nodes") { Description = "How many nodes to start.", DefaultValueFactory = _ => 5 };
        var port = new Option<int>("--port") { Description = "The first port. Nodes listen on the ports that follow it.", DefaultValueFactory = _ => 5080 };
        var data = new Option<string>("--data") { Description = "The folder to keep the data in.", DefaultValueFactory = _ => Path.Combine("data", "local-cluster") };
        var ephemeral = new Option<bool>("--ephemeral") { Description = "Keep everything in memory; it is gone when the cluster stops." };
        nodes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > LocalClusterOptions.NodesMax)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--nodes is 1 to {LocalClusterOptions.NodesMax}."));
            }
        });
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > PortMax - LocalClusterOptions.NodesMax)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--port is 1 to {PortMax - LocalClusterOptions.NodesMax}."));
            }
        });

        var command = new RootCommand("Starts a DaprDynamo cluster of several nodes in this one process.") { nodes, port, data, ephemeral };
        command.SetAction((parsed, cancellationToken) => run(
            new LocalClusterOptions
            {
                Nodes = parsed.GetValue(nodes),
                Port = parsed.GetValue(port),
                DataDirectory = parsed.GetValue(ephemeral) ? null : Path.GetFullPath(parsed.GetValue(data)!),
            },
            cancellationToken));
        return command;
    }
}
