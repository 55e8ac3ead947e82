using DaprDynamo.IntegrationTests.Processes;

namespace DaprDynamo.IntegrationTests.LocalCluster;

/// <summary>The one-command start, run as a user runs it.</summary>
internal static class LocalClusterProcess
{
    // Somewhat more than it gives itself.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(90);

    // For nodes that join later.
    private const int SparePorts = 2;

    /// <summary>Starts it with these arguments and returns at once.</summary>
    public static ChildProcess Start(TempFolder folder, params string[] arguments) =>
        ChildProcess.Start("local cluster", "DaprDynamo.LocalCluster.dll", arguments, folder.Path);

    /// <summary>Runs it to its end, which is how its subcommands and refusals go.</summary>
    public static async Task<(int ExitCode, string Text)> RunAsync(TempFolder folder, params string[] arguments)
    {
        await using var process = Start(folder, arguments);
        var exitCode = await process.WaitForExitAsync(ExitLimit);
        return (exitCode, process.Output.ToString());
    }

    /// <summary>
    /// Starts it on free ports and waits until it says that it is ready; answers the first port too. The nodes are on the ports after it.
    /// </summary>
    public static Task<(ChildProcess Process, int Port)> StartReadyAsync(TempFolder folder, int nodes, params string[] arguments) =>
        StartReadyOnAsync(folder, nodes, ["--nodes", $"{nodes}", .. arguments]);

    /// <summary>The same without saying how many nodes there are, on ports enough for so many.</summary>
    public static async Task<(ChildProcess Process, int Port)> StartReadyOnAsync(TempFolder folder, int nodes, params string[] arguments)
    {
        for (var tries = 1; ; tries++)
        {
            var port = LoopbackPorts.FreeRange(1 + nodes + SparePorts);
            var process = Start(folder, ["--port", $"{port}", .. arguments]);
            try
            {
                await WaitUntilReadyAsync(process);
                return (process, port);
            }
            catch (PortTakenException) when (tries < 5)
            {
                await process.DisposeAsync();
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public static Task WaitUntilReadyAsync(ChildProcess process) => Poll.UntilAsync(
        () =>
        {
            if (process.HasExited)
            {
                var message = $"The local cluster ended before it was ready.\n{process.Output}";
                throw process.Output.Contains("in use") ? new PortTakenException(message) : new InvalidOperationException(message);
            }

            return Task.FromResult(process.Output.Contains("The cluster is ready"));
        },
        ReadyLimit,
        () => $"The local cluster does not say that it is ready.\n{process.Output}");
}
