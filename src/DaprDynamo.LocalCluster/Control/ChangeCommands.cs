using Spectre.Console;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>The subcommands that change the cluster which another process runs, and show how far the change is.</summary>
internal static class ChangeCommands
{
    private const int ExitCodeFailed = 1;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Adds a node, and waits until it is a full member.</summary>
    /// <returns>The exit code.</returns>
    internal static Task<int> JoinAsync(int port, string? zone, CancellationToken cancellationToken) => RunAsync(
        port,
        async (cluster, show) =>
        {
            var added = await cluster.AddAsync(zone, cancellationToken);
            while (true)
            {
                var nodes = await cluster.ReadAsync(cancellationToken);
                if (nodes.Find(node => node.Id == added.Id) is not { } joining)
                {
                    throw new ControlException($"{added.Id} is gone before it was ready.");
                }

                if (joining.IsReady)
                {
                    return $"{added.Id} has joined, at {added.Address}.";
                }

                show(ChangeProgress.Describe($"{added.Id} joins", joining, nodes));
                await Task.Delay(LookEvery, cancellationToken);
            }
        },
        cancellationToken);

    /// <summary>Makes a node leave, and waits until it is gone.</summary>
    /// <returns>The exit code.</returns>
    internal static Task<int> LeaveAsync(int port, string id, CancellationToken cancellationToken) => RunAsync(
        port,
        async (cluster, show) =>
        {
            await cluster.LeaveAsync(id, cancellationToken);
            while (true)
            {
                var nodes = await cluster.ReadAsync(cancellationToken);
                if (nodes.Find(node => node.Id == id) is not { } leaving)
                {
                    return $"{id} has left.";
                }

                show(ChangeProgress.Describe($"{id} leaves", leaving, nodes));
                await Task.Delay(LookEvery, cancellationToken);
            }
        },
        cancellationToken);

    private static async Task<int> RunAsync(int port, Func<ControlClient, Action<string>, Task<string>> change, CancellationToken cancellationToken)
    {
        using var cluster = new ControlClient(port);
        try
        {
            var done = await AnsiConsole.Status().StartAsync("Asking the cluster", status =>
                change(cluster, text => status.Status(Markup.Escape(text))));
            Console.WriteLine(done);
            return 0;
        }
        catch (ControlException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCodeFailed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("What has begun goes on without being watched.");
            return ExitCodeFailed;
        }
    }
}
