using System.Net;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>A portal as a process. It outlives no test.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private const int Tries = 5;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly TempFolder _folder;

    private PortalProcess(ChildProcess process, Uri address, TempFolder folder) => (_process, Address, _folder) = (process, address, folder);

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>What it printed last.</summary>
    public string Output(int lines) => $"--- portal at {Address}\n{_process.Output.Tail(lines)}";

    /// <summary>Starts a portal of these nodes and waits until it serves; tries another port when one is taken meanwhile.</summary>
    public static async Task<PortalProcess> StartAsync(HttpClient http, IEnumerable<NodeProcess> nodes, params string[] moreArguments)
    {
        ArgumentNullException.ThrowIfNull(http);
        var named = nodes.Select((node, index) => $"--Portal:Nodes:{index}={node.Id}={node.Address.GetLeftPart(UriPartial.Authority)}");
        return await StartAsync(http, [.. named, .. moreArguments], environment: null);
    }

    /// <summary>Starts a portal with a sidecar of its own, which must be told this address for its app.</summary>
    public static async Task<PortalProcess> StartAsync(
        HttpClient http, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        for (var tries = 1; ; tries++)
        {
            var address = new Uri($"http://127.0.0.1:{LoopbackPorts.FreeRange(1)}");
            var folder = new TempFolder();
            var process = ChildProcess.Start(
                "portal", "DaprDynamo.Portal.dll", [.. arguments, "--urls", address.GetLeftPart(UriPartial.Authority)], folder.Path, environment);
            var portal = new PortalProcess(process, address, folder);
            try
            {
                await portal.WaitUntilItServesAsync(http);
                return portal;
            }
            catch (PortTakenException) when (tries < Tries)
            {
                await portal.DisposeAsync();
            }
            catch
            {
                await portal.DisposeAsync();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private Task WaitUntilItServesAsync(HttpClient http)
    {
        var last = "nothing was answered";
        return Poll.UntilAsync(
            async () =>
            {
                if (_process.HasExited)
                {
                    throw _process.Output.Contains("in use")
                        ? new PortTakenException($"The portal found its port taken.\n{Output(100)}")
                        : new InvalidOperationException($"The portal ended before it served.\n{Output(100)}");
                }

                try
                {
                    using var answer = await http.GetAsync(new Uri(Address, "/healthz/live"));
                    last = $"/healthz/live answered {(int)answer.StatusCode}";
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException error)
                {
                    last = error.Message;
                    return false;
                }
            },
            ReadyLimit,
            () => $"The portal does not serve; {last}.\n{Output(100)}");
    }
}
