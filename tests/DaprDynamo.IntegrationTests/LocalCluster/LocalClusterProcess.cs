using DaprDynamo.IntegrationTests.Processes;

namespace DaprDynamo.IntegrationTests.LocalCluster;

/// <summary>The one-command start, run as a user runs it.</summary>
internal static class LocalClusterProcess
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    /// <summary>Starts it with these arguments and returns at once.</summary>
    public static ChildProcess Start(TempFolder folder, params string[] arguments) =>
        ChildProcess.Start("local cluster", "DaprDynamo.LocalCluster.dll", arguments, folder.Path);

    /// <summary>
    /// Starts it on free ports and waits until it says that it is ready; answers the first port too. The nodes are on the ports after it.
    /// </summary>
    public static async Task<(ChildProcess Process, int Port)> StartReadyAsync(TempFolder folder, int nodes, params string[] arguments)
    {
        for (var tries = 1; ; tries++)
        {
            var port = LoopbackPorts.FreeRange(nodes + 1);
            var process = Start(folder, ["--nodes", $"{nodes}", "--port", $"{port}", .. arguments]);
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

            return Task.FromResult(process.Output.Contains("ready"));
        },
        ReadyLimit,
        () => $"The local cluster does not say that it is ready.\n{process.Output}");
}
