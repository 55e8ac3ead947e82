using System.Diagnostics;
using System.Security.Cryptography;
using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Storage;
using DaprDynamo.Transport.Batching;

namespace DaprDynamo.Node.Hosting;

/// <summary>
/// The node while its host runs: opens the store before the first request is taken, closes it after the last is answered.
/// </summary>
internal sealed class RunningNode(
    NodeOptions options,
    MembershipOptions membership,
    BatchingPeerClient peers,
    RequestRecorder recorder,
    TimeProvider time,
    ILoggerFactory loggers) : IHostedLifecycleService, IPeerRequestHandler, IAsyncDisposable
{
    // Late acknowledgements and repairs end by their own deadlines; this is only the bound on waiting for them.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LeaveLookEvery = TimeSpan.FromMilliseconds(100);

    private readonly ILogger<RunningNode> _logger = loggers.CreateLogger<RunningNode>();
    private StorageNode? _node;
    private IRecordStore? _store;

    /// <summary>The engine.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    internal StorageNode Node => _node ?? throw new InvalidOperationException("The node has not started.");

    /// <summary>The store.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    internal IRecordStore Store => _store ?? throw new InvalidOperationException("The node has not started.");

    /// <summary>The store's generation, from when the store is open.</summary>
    internal ulong Generation { get; private set; }

    internal bool IsRunning => _node is not null;

    /// <summary>Who belongs to the cluster, as far as the node knows.</summary>
    internal IMembership Membership => Node.Membership;

    /// <summary>Passes a peer's request on: endpoints are mapped before the engine runs, and take requests only after.</summary>
    public Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken) =>
        Node.HandleAsync(request, deadline, cancellationToken);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        _store = await OpenStoreAsync(cancellationToken);
        Generation = _store.Generation;
        _node = await StorageNode.StartAsync(
            options.Engine,
            membership,
            _store,
            peers,
            time,
            // The one place where the engine's randomness comes from outside: two nodes started at once must not draw the same.
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            loggers.CreateLogger<StorageNode>(),
            cancellationToken,
            recorder);
        _logger.LogInformation(
            "{NodeId} of cluster {Cluster}, {Storage} store opened in {TookMs:0} ms",
            options.NodeId, membership.Settings.Identity, options.Storage, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Before the server stops listening: while the node leaves its peers still ask it for what it holds.
    public Task StoppingAsync(CancellationToken cancellationToken) => options.LeaveOnShutdown && _node is { } node ? LeaveAsync(node, cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => CloseAsync(cancellationToken);

    // A host whose start failed is disposed without having been stopped.
    public async ValueTask DisposeAsync() => await CloseAsync(CancellationToken.None);

    private async Task LeaveAsync(StorageNode node, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(TimeSpan.FromSeconds(options.LeaveTimeoutSeconds), time);
        node.Leave();
        try
        {
            while (!node.HasLeft && deadline.Remaining(time) > TimeSpan.Zero)
            {
                await Task.Delay(LeaveLookEvery, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host's own patience is over.
        }

        if (!node.HasLeft)
        {
            _logger.LogWarning("Stopped before the node had left the cluster: {WaitsFor}", node.ChangeWaitsFor ?? "it is still leaving");
        }
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _store, null) is not { } store)
        {
            return;
        }

        if (_node is not null)
        {
            try
            {
                await _node.DisposeAsync().AsTask().WaitAsync(StopTimeout, time, cancellationToken);
            }
            catch (Exception unfinished) when (unfinished is TimeoutException or OperationCanceledException)
            {
                _logger.LogInformation("Stopped with repairs under way; anti-entropy makes up for what they left");
            }
        }

        await store.DisposeAsync();
    }

    private async Task<IRecordStore> OpenStoreAsync(CancellationToken cancellationToken) => options.Storage switch
    {
        StorageKind.Memory => new MemoryRecordStore(membership.Settings.Space),
        _ => await SqliteRecordStore.OpenAsync(
            new SqliteStoreOptions { Folder = options.DataDirectoryInEffect, RenewGeneration = options.RenewGeneration },
            membership.Settings.Space,
            time,
            loggers.CreateLogger<SqliteRecordStore>(),
            cancellationToken),
    };
}
