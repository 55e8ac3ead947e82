using System.CommandLine;
using System.Globalization;
using DaprDynamo.LocalCluster.Control;

namespace DaprDynamo.LocalCluster;

/// <summary>The command line.</summary>
internal static class LocalClusterCommand
{
    /// <summary>The first port, when none is given.</summary>
    internal const int PortDefault = 5080;

    private const int NodesDefault = 5;
    private const int PortMax = 65_535;

    internal static RootCommand Create(CancellationToken stopping)
    {
        var nodes = new Option<int>("--nodes")
        {
            Description = "How many nodes a new cluster is started with. One that is in the data folder already has the nodes it had.",
            DefaultValueFactory = _ => NodesDefault,
        };
        var port = new Option<int>("--port")
        {
            Description = "The first port, where the portal is and the cluster takes orders. Nodes listen on the ports that follow it.",
            DefaultValueFactory = _ => PortDefault,
            Recursive = true,
        };
        var data = new Option<string>("--data") { Description = "The folder to keep the data in.", DefaultValueFactory = _ => Path.Combine("data", "local-cluster") };
        var ephemeral = new Option<bool>("--ephemeral") { Description = "Keep everything in memory; it is gone when the cluster stops." };
        RequireRange(nodes, 1, LocalClusterOptions.NodesMax);
        RequireRange(port, 1, PortMax - LocalClusterOptions.NodesMax);

        var command = new RootCommand("Starts a DaprDynamo cluster of several nodes in this one process.") { nodes, port, data, ephemeral };
        command.SetAction((parsed, _) => ClusterRunner.RunAsync(
            new LocalClusterOptions
            {
                Nodes = parsed.GetValue(nodes),
                IsNodesGiven = parsed.GetResult(nodes) is { Implicit: false },
                Port = parsed.GetValue(port),
                DataDirectory = parsed.GetValue(ephemeral) ? null : Path.GetFullPath(parsed.GetValue(data)!),
            },
            stopping));
        command.Add(CreateJoin(port, stopping));
        command.Add(CreateLeave(port, stopping));
        return command;
    }

    private static Command CreateJoin(Option<int> port, CancellationToken stopping)
    {
        var zone = new Option<string?>("--zone") { Description = "What fails together with the new node; replicas are spread over zones." };
        var join = new Command("join", "Adds a node to the cluster that runs.") { zone };
        join.SetAction((parsed, _) => ChangeCommands.JoinAsync(parsed.GetValue(port), parsed.GetValue(zone), stopping));
        return join;
    }

    private static Command CreateLeave(Option<int> port, CancellationToken stopping)
    {
        var node = new Argument<string>("node") { Description = "Which node, such as node-6." };
        var leave = new Command("leave", "Has a node of the cluster that runs hand its data over and leave.") { node };
        leave.SetAction((parsed, _) => ChangeCommands.LeaveAsync(parsed.GetValue(port), parsed.GetValue(node)!, stopping));
        return leave;
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
