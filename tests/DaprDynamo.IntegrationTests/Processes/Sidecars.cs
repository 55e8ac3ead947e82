namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>The sidecars of a cluster's nodes, and the Consul in which they find each other.</summary>
public sealed class Sidecars : IAsyncDisposable
{
    private readonly string _folder;
    private string _configuration = "";
    private readonly IReadOnlyDictionary<string, string> _tokens;
    private readonly Dictionary<string, SidecarProcess> _sidecars = new(StringComparer.Ordinal);

    private Sidecars(string folder, IReadOnlyDictionary<string, string> tokens)
    {
        (_folder, _tokens) = (folder, tokens);
        Consul = new ConsulProcess(folder);
    }

    /// <summary>The Consul.</summary>
    public ConsulProcess Consul { get; }

    /// <summary>Starts Consul; sidecars come with their nodes.</summary>
    /// <param name="folder">Where all files are.</param>
    /// <param name="tokens">What the environment of every sidecar says of tokens.</param>
    public static async Task<Sidecars> StartAsync(string folder, IReadOnlyDictionary<string, string> tokens)
    {
        var sidecars = new Sidecars(folder, tokens);
        try
        {
            await sidecars.Consul.StartAsync();

            // The product's own file, with the port of this Consul, and checks as often as a test can wait for.
            var text = await File.ReadAllTextAsync(Path.Combine(Programs.RepositoryRoot, "dapr", "config.consul.yaml"));
            sidecars._configuration = text.Replace("127.0.0.1:8500", sidecars.Consul.Address.Authority, StringComparison.Ordinal)
                .Replace("interval: 5s", "interval: 1s", StringComparison.Ordinal);
            return sidecars;
        }
        catch
        {
            await sidecars.DisposeAsync();
            throw;
        }
    }

    /// <summary>The sidecar of an app, made when it is asked for first.</summary>
    public SidecarProcess Of(string appId, Uri app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (_sidecars.TryGetValue(appId, out var sidecar))
        {
            return sidecar;
        }

        // Nothing changes for a node that listens where the file says; one that hides listens elsewhere, and Consul looks after it there.
        var configuration = Path.Combine(_folder, $"config-{appId}.yaml");
        File.WriteAllText(configuration, _configuration.Replace("http://127.0.0.1:${APP_PORT}", $"http://{app.Host}:${{APP_PORT}}", StringComparison.Ordinal));
        return _sidecars[appId] = new SidecarProcess(appId, app, _folder, configuration, _tokens);
    }

    /// <summary>What they printed last.</summary>
    public string Output(int linesOfEach) => string.Join('\n', _sidecars.Values.Select(sidecar => sidecar.Output(linesOfEach)).Append(Consul.Output(linesOfEach)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sidecars.Values.Select(sidecar => sidecar.DisposeAsync().AsTask()));
        await Consul.DisposeAsync();
    }
}
