using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace DaprDynamo.LocalCluster;

/// <summary>Runs the nodes of a local cluster in this process until it is asked to stop.</summary>
internal static class ClusterRunner
{
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        var nodes = new List<WebApplication>();
        try
        {
            if (options.DataDirectory is { } folder)
            {
                ClusterFolder.Claim(folder, options.Nodes);
            }

            for (var number = 1; number <= options.Nodes; number++)
            {
                var node = Build(options, number);
                nodes.Add(node);
                await node.StartAsync(cancellationToken);
            }

            Announce(options);
            await WhenCancelledAsync(cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (Describe(failure, options, nodes.Count) is { } described)
        {
            await Console.Error.WriteLineAsync(described.Sentence);
            return described.ExitCode;
        }
        finally
        {
            await Task.WhenAll(nodes.Select(StopAsync));
        }
    }

    private static WebApplication Build(LocalClusterOptions options, int number)
    {
        var settings = new Dictionary<string, string?>
        {
            [WebHostDefaults.ServerUrlsKey] = options.AddressOf(number),
            ["Dynamo:NodeId"] = LocalClusterOptions.NodeIdOf(number),
            ["Dynamo:Storage"] = options.DataDirectory is null ? nameof(StorageKind.Memory) : nameof(StorageKind.Sqlite),
            ["Dynamo:DataDirectory"] = options.FolderOf(number),
        };
        for (var member = 1; member <= options.Nodes; member++)
        {
            settings[$"Dynamo:Seeds:{member - 1}"] = $"{LocalClusterOptions.NodeIdOf(member)}={options.AddressOf(member)}";
        }

        return NodeHost.Build(
            [],
            settings,
            defaults => defaults.ConsoleMinimumLevel = LogLevel.Warning,
            services => services.AddSingleton<IHostLifetime, OwnedLifetime>());
    }

    private static void Announce(LocalClusterOptions options)
    {
        var table = new Table().AddColumn("Node").AddColumn("Address").AddColumn("Data");
        for (var number = 1; number <= options.Nodes; number++)
        {
            table.AddRow(LocalClusterOptions.NodeIdOf(number), options.AddressOf(number), Markup.Escape(ShownFolder(options.FolderOf(number))));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"The cluster is ready. Try: curl {options.AddressOf(1)}/v1/hello   Ctrl-C stops it.");
    }

    private static string ShownFolder(string? folder) => folder is null ? "in memory" : Path.GetRelativePath(Environment.CurrentDirectory, folder);

    private static StartupFailure? Describe(Exception failure, LocalClusterOptions options, int started) =>
        NodeStartupFailure.Recognize(failure) ?? StartupFailure.From(failure, [options.AddressOf(Math.Max(1, started))]);

    private static async Task WhenCancelledAsync(CancellationToken cancellationToken)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(asked.SetResult);
        await asked.Task;
    }

    private static async Task StopAsync(WebApplication node)
    {
        await node.StopAsync(CancellationToken.None);
        await node.DisposeAsync();
    }

    /// <summary>A node in this process does not listen for Ctrl-C itself: it stops when the cluster does.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
