using System.Net.Http.Headers;
using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>Storage nodes as separate processes on this machine, with a folder of their own. All gone at disposal.</summary>
public sealed class NodeCluster : IAsyncDisposable
{
    private const int Tries = 5;

    private static readonly TimeSpan TogetherLimit = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private readonly List<NodeProcess> _nodes = [];
    private readonly NodeClusterOptions _options;
    private IReadOnlyList<string> _arguments = [];

    private NodeCluster(NodeClusterOptions options)
    {
        _options = options;
        if (options.AdminToken is { } token)
        {
            // The key API does not look at it.
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (options.Tokens.TryGetValue("DAPR_API_TOKEN", out var daprToken))
        {
            SidecarHttp.DefaultRequestHeaders.Add("dapr-api-token", daprToken);
        }
    }

    /// <summary>The sidecars; null for a cluster without.</summary>
    public Sidecars? Sidecars { get; private set; }

    /// <summary>The nodes, running or not.</summary>
    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>A client to call them with.</summary>
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>A client to call their sidecars with.</summary>
    public HttpClient SidecarHttp { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Starts the nodes and waits until all are ready; tries other ports when some are taken meanwhile.</summary>
    public static async Task<NodeCluster> StartAsync(NodeClusterOptions options)
    {
        for (var tries = 1; ; tries++)
        {
            var cluster = new NodeCluster(options);
            try
            {
                await cluster.PrepareAsync();
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
        await WaitUntilTogetherAsync();
    }

    /// <summary>One node more, with the first nodes as its seeds; not started yet.</summary>
    public NodeProcess Add(string id, params string[] moreArguments)
    {
        var node = NewNode(id, NewAddress(LoopbackPorts.FreeRange(1)), moreArguments);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node with other settings at the place of one that does not run; not started yet.</summary>
    public NodeProcess PutInPlaceOf(NodeProcess node, params string[] moreArguments)
    {
        ArgumentNullException.ThrowIfNull(node);
        Forget(node);
        var other = NewNode(node.Id, node.Address, moreArguments);
        _nodes.Add(other);
        return other;
    }

    /// <summary>Takes a node that does not run out of the list: it is not waited for any more.</summary>
    public void Forget(NodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.IsRunning)
        {
            throw new InvalidOperationException($"{node.Id} runs.");
        }

        _nodes.Remove(node);
    }

    /// <summary>Waits until all running nodes see the same ring, with exactly the nodes of the list in it and no change under way.</summary>
    public async Task WaitUntilTogetherAsync(TimeSpan? limit = null)
    {
        var seen = "nothing was answered";
        await Poll.UntilAsync(
            async () =>
            {
                MembersResponse[] views;
                try
                {
                    views = await Task.WhenAll(Nodes.Where(node => node.IsRunning).Select(node => node.MembersAsync()));
                }
                catch (HttpRequestException notListening)
                {
                    seen = notListening.Message;
                    return false;
                }

                seen = string.Join("; ", views.Select(view => $"epoch {view.Epoch}, waits for '{view.ChangeWaitsFor}': "
                    + string.Join(", ", view.Members.Select(member => $"{member.NodeId} {member.State}/{member.Phase}"))));
                return views.Select(view => view.ViewDigest).Distinct().Count() == 1
                    && views[0].Members.Where(member => member.State != "Left").All(member => member is { State: "Ready", Phase: "None" })
                    && views[0].Members.Where(member => member.State != "Left").Select(member => member.NodeId).Order(StringComparer.Ordinal)
                        .SequenceEqual(Nodes.Select(node => node.Id).Order(StringComparer.Ordinal));
            },
            limit ?? TogetherLimit,
            () => $"The nodes do not come together: {seen}\n{Output(60)}");
    }

    /// <summary>What the nodes printed last, for the report of a failed test.</summary>
    public string Output(int linesOfEach) => string.Join('\n', Nodes.Select(node => node.Output(linesOfEach)).Append(Sidecars?.Output(linesOfEach / 4)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        }
        finally
        {
            if (Sidecars is not null)
            {
                await Sidecars.DisposeAsync();
            }

            Http.Dispose();
            SidecarHttp.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>
    /// Where a node listens. One that hides has a loopback address of its own that nobody is told but its sidecar: a peer that
    /// dialled it would not find it.
    /// </summary>
    private Uri NewAddress(int port)
    {
        var host = _options.HidesNodes ? $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(2, 255)}" : "127.0.0.1";
        return new Uri($"http://{host}:{port}");
    }

    private async Task PrepareAsync()
    {
        var firstPort = LoopbackPorts.FreeRange(_options.Nodes);
        var nodes = Enumerable.Range(0, _options.Nodes).Select(index => (Id: $"node-{index + 1}", Address: NewAddress(firstPort + index))).ToList();
        Sidecars = _options.ThroughDapr ? await Sidecars.StartAsync(_folder.Path, _options.Tokens) : null;
        _arguments =
        [
            .. Sidecars is not null
                ? ["--Dynamo:Transport=Dapr", "--Dynamo:Discovery=Consul", $"--Dynamo:ConsulAddress={Sidecars.Consul.Address}"]
                : _options.Consul is { } consul ? ["--Dynamo:Discovery=Consul", $"--Dynamo:ConsulAddress={consul.Address}"]
                : nodes.Select((node, index) => $"--Dynamo:Seeds:{index}={node.Id}={node.Address.GetLeftPart(UriPartial.Authority)}"),
            $"--Dynamo:Storage={_options.Storage}",
            .. _options.MoreArguments,
        ];
        _nodes.AddRange(nodes.Select(node => NewNode(node.Id, node.Address)));
    }

    private NodeProcess NewNode(string id, Uri address, params string[] moreArguments) =>
        new(id, address, _folder.Path, [.. _arguments, .. moreArguments], Http, Sidecars?.Of(id, address), _options.Tokens);
}
