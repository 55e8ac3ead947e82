using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>Storage nodes as separate processes on this machine, with a folder of their own. All gone at disposal.</summary>
public sealed class NodeCluster : IAsyncDisposable
{
    private const int Tries = 5;

    private static readonly TimeSpan TogetherLimit = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private readonly List<NodeProcess> _nodes;
    private readonly List<string> _arguments;

    private NodeCluster(NodeClusterOptions options)
    {
        var firstPort = LoopbackPorts.FreeRange(options.Nodes);
        var ids = Enumerable.Range(1, options.Nodes).Select(number => $"node-{number}").ToList();
        _arguments =
        [
            .. ids.Select((id, index) => $"--Dynamo:Seeds:{index}={id}=http://127.0.0.1:{firstPort + index}"),
            $"--Dynamo:Storage={options.Storage}",
            .. options.MoreArguments,
        ];
        _nodes = [.. ids.Select((id, index) => new NodeProcess(id, firstPort + index, _folder.Path, _arguments, Http))];
    }

    /// <summary>The nodes, running or not.</summary>
    public IReadOnlyList<NodeProcess> Nodes => _nodes;

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
        await WaitUntilTogetherAsync();
    }

    /// <summary>One node more, with the first nodes as its seeds; not started yet.</summary>
    public NodeProcess Add(string id, params string[] moreArguments)
    {
        var node = new NodeProcess(id, LoopbackPorts.FreeRange(1), _folder.Path, [.. _arguments, .. moreArguments], Http);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node with other settings at the place of one that does not run; not started yet.</summary>
    public NodeProcess PutInPlaceOf(NodeProcess node, params string[] moreArguments)
    {
        ArgumentNullException.ThrowIfNull(node);
        Forget(node);
        var other = new NodeProcess(node.Id, node.Address.Port, _folder.Path, [.. _arguments, .. moreArguments], Http);
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
