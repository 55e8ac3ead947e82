namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>Storage nodes as separate processes on this machine, with a folder of their own. All gone at disposal.</summary>
public sealed class NodeCluster : IAsyncDisposable
{
    private const int Tries = 5;

    private readonly TempFolder _folder = new();

    private NodeCluster(NodeClusterOptions options)
    {
        var firstPort = LoopbackPorts.FreeRange(options.Nodes);
        var ids = Enumerable.Range(1, options.Nodes).Select(number => $"node-{number}").ToList();
        var arguments = ids.Select((id, index) => $"--Dynamo:Seeds:{index}={id}=http://127.0.0.1:{firstPort + index}")
            .Append($"--Dynamo:Storage={options.Storage}")
            .Concat(options.MoreArguments)
            .ToList();
        Nodes = [.. ids.Select((id, index) => new NodeProcess(id, firstPort + index, _folder.Path, arguments, Http))];
    }

    /// <summary>The nodes, running or not.</summary>
    public IReadOnlyList<NodeProcess> Nodes { get; }

    /// <summary>A client to call them with.</summary>
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Starts the nodes and waits until all are ready; tries other ports when some are taken meanwhile.</summary>
    public static async Task<NodeCluster> StartAsync(NodeClusterOptions options)
    {
        for (var tries = 1; ; tries++)
        {
            var cluster = new NodeCluster(options);
            try
            {
                await cluster.StartAllAsync();
                return cluster;
            }
            catch (PortTakenException) when (tries < Tries)
            {
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>The node with this name.</summary>
    public NodeProcess Node(string id) => Nodes.Single(node => node.Id == id);

    /// <summary>Starts every node that does not run and waits until all are ready.</summary>
    public async Task StartAllAsync()
    {
        foreach (var node in Nodes.Where(node => !node.IsRunning))
        {
            node.Start();
        }

        await Task.WhenAll(Nodes.Select(node => node.WaitUntilReadyAsync()));
    }

    /// <summary>What the nodes printed last, for the report of a failed test.</summary>
    public string Output(int linesOfEach) => string.Join('\n', Nodes.Select(node => node.Output(linesOfEach)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        }
        finally
        {
            Http.Dispose();
            _folder.Dispose();
        }
    }
}
