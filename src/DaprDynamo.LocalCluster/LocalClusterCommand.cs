using System.CommandLine;
using System.Globalization;

namespace DaprDynamo.LocalCluster;

/// <summary>The command line.</summary>
internal static class LocalClusterCommand
{
    private const int PortMax = 65_535;

    internal static RootCommand Create(Func<LocalClusterOptions, Task<int>> run)
    {
        var nodes = new Option<int>("--nodes") { Description = "How many nodes to start.", DefaultValueFactory = _ => 5 };
        var port = new Option<int>("--port") { Description = "The first port. Nodes listen on the ports that follow it.", DefaultValueFactory = _ => 5080 };
        var data = new Option<string>("--data") { Description = "The folder to keep the data in.", DefaultValueFactory = _ => Path.Combine("data", "local-cluster") };
        var ephemeral = new Option<bool>("--ephemeral") { Description = "Keep everything in memory; it is gone when the cluster stops." };
        RequireRange(nodes, 1, LocalClusterOptions.NodesMax);
        RequireRange(port, 1, PortMax - LocalClusterOptions.NodesMax);

        var command = new RootCommand("Starts a DaprDynamo cluster of several nodes in this one process.") { nodes, port, data, ephemeral };
        command.SetAction((parsed, _) => run(
            new LocalClusterOptions
            {
                Nodes = parsed.GetValue(nodes),
                Port = parsed.GetValue(port),
                DataDirectory = parsed.GetValue(ephemeral) ? null : Path.GetFullPath(parsed.GetValue(data)!),
            }));
        return command;
    }

    private static void RequireRange(Option<int> option, int min, int max) => option.Validators.Add(result =>
    {
        // What is no number at all is refused elsewhere, and cannot be asked for as one here.
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && (number < min || number > max))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {min} to {max}."));
        }
    });
}
