using System.Globalization;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>
/// The sidecar of one node: a real one where there is one, or else the stand-in, with the same command line. It may be killed and
/// started again, at the same ports.
/// </summary>
public sealed class SidecarProcess : IAsyncDisposable
{
    private const int Ports = 4;

    private readonly IReadOnlyList<string> _arguments;
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private ChildProcess? _process;

    /// <summary>The sidecar of an app that listens at an address; not started yet.</summary>
    /// <param name="appId">The app's id.</param>
    /// <param name="app">Where the app listens.</param>
    /// <param name="folder">Where the sidecar's files are.</param>
    /// <param name="configuration">Its Configuration.</param>
    /// <param name="tokens">What the environment says of tokens.</param>
    public SidecarProcess(string appId, Uri app, string folder, string configuration, IReadOnlyDictionary<string, string> tokens)
    {
        ArgumentNullException.ThrowIfNull(app);
        var firstPort = LoopbackPorts.FreeRange(Ports);
        string Port(int offset) => (firstPort + offset).ToString(CultureInfo.InvariantCulture);
        AppId = appId;
        _folder = folder;
        HttpAddress = new Uri($"http://127.0.0.1:{Port(0)}");
        _environment = new Dictionary<string, string>(tokens, StringComparer.Ordinal) { ["DAPR_HOST_IP"] = "127.0.0.1" };
        _arguments =
        [
            "--mode", "standalone", "--app-id", appId, "--app-port", app.Port.ToString(CultureInfo.InvariantCulture), "--app-protocol", "http",
            "--app-channel-address", app.Host, "--dapr-http-port", Port(0), "--dapr-grpc-port", Port(1), "--dapr-internal-grpc-port", Port(2),
            "--metrics-port", Port(3), "--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-listen-address", "127.0.0.1",
            "--placement-host-address", "", "--scheduler-host-address", "", "--config", configuration,
            "--resources-path", Path.Combine(Programs.RepositoryRoot, "components"), "--max-body-size", "64Mi", "--read-buffer-size", "64Ki",
            // As in the product's files, but as often as a test can wait for.
            "--enable-app-health-check", "--app-health-check-path", "/healthz/live", "--app-health-probe-interval", "1",
        ];
    }

    /// <summary>The id of its app.</summary>
    public string AppId { get; }

    /// <summary>Where its app, and clients, call it.</summary>
    public Uri HttpAddress { get; }

    /// <summary>Whether its process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it printed last.</summary>
    public string Output(int lines) => $"--- sidecar of {AppId} at {HttpAddress}\n{_process?.Output.Tail(lines)}";

    /// <summary>Starts it and returns at once.</summary>
    public void Start() => _process = Programs.Daprd is { } daprd
        ? ChildProcess.StartProgram($"sidecar of {AppId}", daprd, _arguments, _folder, _environment)
        : ChildProcess.Start($"sidecar of {AppId}", "DaprDynamo.StandInSidecar.dll", _arguments, _folder, _environment);

    /// <summary>Kills it as a crash would.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
