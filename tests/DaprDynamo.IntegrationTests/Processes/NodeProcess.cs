using System.Net;
using System.Net.Http.Json;
using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>One storage node as a process, which may be killed and started again with the same identity, port and data.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly string _workingDirectory;
    private readonly IReadOnlyList<string> _arguments;
    private readonly HttpClient _http;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private ChildProcess? _process;
    private string _earlierOutput = "";

    internal NodeProcess(
        string id, Uri address, string folder, IEnumerable<string> arguments, HttpClient http, SidecarProcess? sidecar, IReadOnlyDictionary<string, string> environment)
    {
        Id = id;
        Address = address;
        Sidecar = sidecar;
        _workingDirectory = folder;
        DataDirectory = Path.Combine(folder, id);
        _arguments = [$"--Dynamo:NodeId={id}", .. arguments, $"--Dynamo:DataDirectory={DataDirectory}", "--urls", address.GetLeftPart(UriPartial.Authority)];
        _http = http;
        _environment = sidecar is null ? environment : new Dictionary<string, string>(environment, StringComparer.Ordinal)
        {
            ["APP_ID"] = id,
            ["DAPR_HTTP_ENDPOINT"] = sidecar.HttpAddress.GetLeftPart(UriPartial.Authority),
        };
    }

    /// <summary>The node's name in the ring.</summary>
    public string Id { get; }

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>Its sidecar; null for a node that has none. Once started it outlives the node, as it would anywhere.</summary>
    public SidecarProcess? Sidecar { get; }

    /// <summary>Where it keeps its records.</summary>
    public string DataDirectory { get; }

    /// <summary>Whether its process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it printed in its last lives.</summary>
    public string Output(int lines) => $"--- {Id} at {Address}\n{_earlierOutput}{_process?.Output.Tail(lines)}";

    /// <summary>Whether it has said something, in this life or in the last lines of earlier ones.</summary>
    public bool HasSaid(string text) => _earlierOutput.Contains(text, StringComparison.OrdinalIgnoreCase) || _process?.Output.Contains(text) == true;

    /// <summary>Starts the process and returns at once.</summary>
    public void Start()
    {
        if (_process is not null)
        {
            throw new InvalidOperationException(IsRunning ? $"{Id} runs already." : $"{Id} ended on its own.\n{Output(100)}");
        }

        _process = ChildProcess.Start(Id, "DaprDynamo.Node.dll", _arguments, _workingDirectory, _environment);
        if (Sidecar is { IsRunning: false } sidecar)
        {
            sidecar.Start();
        }
    }

    /// <summary>Waits until the node says it is ready.</summary>
    /// <exception cref="PortTakenException">It ended because its port is somebody else's.</exception>
    public async Task WaitUntilReadyAsync()
    {
        var last = "nothing was answered";
        await Poll.UntilAsync(
            async () =>
            {
                if (_process is not { HasExited: false })
                {
                    throw Ended();
                }

                try
                {
                    using var answer = await _http.GetAsync(new Uri(Address, "/healthz/ready"));
                    last = $"/healthz/ready answered {(int)answer.StatusCode}";
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException error)
                {
                    last = error.Message;
                    return false;
                }
            },
            ReadyLimit,
            () => $"{Id} is not ready; {last}.\n{Output(100)}");
    }

    /// <summary>The members as the node sees them.</summary>
    public Task<MembersResponse> MembersAsync() => GetAsync<MembersResponse>("/admin/members");

    /// <summary>What the node answers to an operator.</summary>
    public async Task<T> GetAsync<T>(string path) =>
        await _http.GetFromJsonAsync<T>(new Uri(Address, path)) ?? throw new InvalidOperationException($"{Id} tells nothing at {path}.");

    /// <summary>Why the node is not ready, as it tells; null when it is, or cannot be asked yet.</summary>
    public async Task<string?> TroubleAsync()
    {
        try
        {
            return (await MembersAsync()).Trouble;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks the node to change the cluster; answers the status and the body.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path)
    {
        using var answer = await _http.PostAsync(new Uri(Address, path), content: null);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits until the node's own record says that it has left.</summary>
    public async Task WaitUntilLeftAsync(TimeSpan? limit = null)
    {
        var seen = "nothing was answered";
        await Poll.UntilAsync(
            async () =>
            {
                var view = await MembersAsync();
                var own = view.Members.Single(member => member.NodeId == Id);
                seen = $"{own.State}/{own.Phase}, waits for '{view.ChangeWaitsFor}'";
                return own.State == "Left" && view.ChangeWaitsFor is null;
            },
            limit ?? ReadyLimit,
            () => $"{Id} does not leave: {seen}\n{Output(60)}");
    }

    /// <summary>Kills it as a crash would.</summary>
    public Task KillAsync() => EndAsync(process => process.KillAsync());

    /// <summary>Asks it to stop and waits until it has; answers its exit code.</summary>
    public async Task<int> StopAsync()
    {
        var exitCode = 0;
        await EndAsync(async process =>
        {
            process.SendTerminate();
            exitCode = await process.WaitForExitAsync(StopLimit);
        });
        return exitCode;
    }

    /// <summary>Starts it again, with the data it had or with an empty disk, and waits until it is ready.</summary>
    public async Task StartAgainAsync(bool withEmptyDisk = false)
    {
        if (withEmptyDisk && Directory.Exists(DataDirectory))
        {
            Directory.Delete(DataDirectory, recursive: true);
        }

        Start();
        await WaitUntilReadyAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task EndAsync(Func<ChildProcess, Task> end)
    {
        var process = _process ?? throw new InvalidOperationException($"{Id} does not run.");
        await end(process);
        _earlierOutput = process.Output.Tail(50) + "\n--- ended, started again:\n";
        _process = null;
        await process.DisposeAsync();
    }

    private InvalidOperationException Ended() => _process is not null && _process.Output.Contains("in use")
        ? new PortTakenException($"{Id} found its port taken.\n{Output(100)}")
        : new InvalidOperationException($"{Id} ended before it was ready.\n{Output(100)}");
}
