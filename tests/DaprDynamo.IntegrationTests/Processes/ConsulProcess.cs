using System.Globalization;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>A Consul agent that is a cluster of its own, on loopback, with its data on disk: it may be killed and started again.</summary>
public sealed class ConsulProcess : IAsyncDisposable
{
    private const int Ports = 3;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly int _firstPort;
    private readonly string _folder;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private ChildProcess? _process;

    /// <summary>An agent with a folder of its own below this one; not started yet.</summary>
    public ConsulProcess(string folder)
        : this(Path.Combine(folder, "consul"), LoopbackPorts.FreeRange(Ports))
    {
    }

    private ConsulProcess(string folder, int firstPort) => (_folder, _firstPort) = (Directory.CreateDirectory(folder).FullName, firstPort);

    /// <summary>Where its HTTP API is.</summary>
    public Uri Address => new($"http://127.0.0.1:{_firstPort}");

    /// <summary>What it printed last.</summary>
    public string Output(int lines) => $"--- consul at {Address}\n{_process?.Output.Tail(lines)}";

    /// <summary>Starts it and waits until it leads itself.</summary>
    public async Task StartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        string Port(int offset) => (_firstPort + offset).ToString(CultureInfo.InvariantCulture);
        _process = ChildProcess.StartProgram(
            "consul",
            Programs.Consul ?? throw new InvalidOperationException("There is no consul."),
            [
                "agent", "-server", "-bootstrap-expect=1", "-bind=127.0.0.1", "-client=127.0.0.1", $"-data-dir={_folder}", "-node=test",
                $"-http-port={Port(0)}", $"-server-port={Port(1)}", $"-serf-lan-port={Port(2)}", "-serf-wan-port=-1", "-dns-port=-1", "-grpc-port=-1",
                "-hcl=performance { raft_multiplier = 1 }", "-hcl=disable_update_check = true", "-hcl=leave_on_terminate = false",
            ],
            _folder);
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    // A leader's word, and the agent's own registration, which comes a moment later.
                    return (await _http.GetStringAsync(new Uri(Address, "/v1/health/node/test"))).Contains("passing", StringComparison.Ordinal);
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            ReadyLimit,
            () => Output(60));
    }

    /// <summary>The names of the registered services.</summary>
    public Task<string> CatalogAsync() => _http.GetStringAsync(new Uri(Address, "/v1/catalog/services"));

    /// <summary>What Consul knows of a service.</summary>
    public Task<string> HealthOfAsync(string service) => _http.GetStringAsync(new Uri(Address, $"/v1/health/service/{service}"));

    /// <summary>Another in the place of this one, which was killed: at the same ports, and it knows nothing.</summary>
    public ConsulProcess WithoutMemory() => new(_folder + "-fresh", _firstPort);

    /// <summary>Kills it as a crash would.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
