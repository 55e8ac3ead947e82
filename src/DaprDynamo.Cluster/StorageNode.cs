using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster;

/// <summary>How a node works, apart from what its whole cluster agrees on.</summary>
public sealed record StorageNodeOptions
{
    /// <summary>The shortest wait before a slow replica is hedged, in milliseconds.</summary>
    public int HedgeDelayMsMin { get; init; } = 5;

    /// <summary>The longest wait before a slow replica is hedged, in milliseconds.</summary>
    public int HedgeDelayMsMax { get; init; } = 250;

    /// <summary>How many repairs and late acknowledgements may be under way at once.</summary>
    public int BackgroundTasksMax { get; init; } = 4096;

    /// <summary>How much one key may hold.</summary>
    public RecordLimits Limits { get; init; } = RecordLimits.Default;
}

/// <summary>
/// The engine of one node: carries out clients' operations and answers its peers. Time, storage, transport and
/// membership are given to it, so that hosts and the simulator run the very same code.
/// </summary>
public sealed class StorageNode : IPeerRequestHandler
{
    private readonly LocalReplica _local;
    private readonly OperationRouter _router;
    private readonly BackgroundWork _background;
    private readonly PeerHealth _health;

    private StorageNode(LocalReplica local, OperationRouter router, BackgroundWork background, PeerHealth health, NodeStatistics statistics)
    {
        _health = health;
        _local = local;
        _router = router;
        _background = background;
        Statistics = statistics;
    }

    /// <summary>What the node has done since it started.</summary>
    public NodeStatistics Statistics { get; }

    /// <summary>Puts a node together and makes it ready to serve.</summary>
    /// <exception cref="StoreException">The store could not be read or written.</exception>
    public static async Task<StorageNode> StartAsync(
        StorageNodeOptions options,
        IMembership membership,
        IRecordStore store,
        IReplicaTransport transport,
        TimeProvider time,
        ILogger<StorageNode> logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(membership);
        var statistics = new NodeStatistics();
        var local = new LocalReplica(store, time);
        var health = new PeerHealth(time, TimeSpan.FromMilliseconds(options.HedgeDelayMsMin), TimeSpan.FromMilliseconds(options.HedgeDelayMsMax));
        var replicas = new ReplicaSet(membership.SelfId, local, transport, health, time);
        var background = new BackgroundWork(options.BackgroundTasksMax, logger);
        var epochs = await EpochSource.OpenAsync(store, cancellationToken);
        var reads = new ReadCoordinator(replicas, background, statistics, time);
        var writes = new WriteCoordinator(replicas, store, epochs, background, time);
        var operations = new KeyOperations(reads, writes, membership.SelfId, options.Limits, logger);
        return new(local, new OperationRouter(membership, operations, replicas, statistics), background, health, statistics);
    }

    /// <summary>Carries out a client's operation, here or on a replica of its key.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="deadline">By when the client wants its answer.</param>
    /// <param name="cancellationToken">The client has gone: stops the waits of reads; a write that has begun goes on.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<OperationResult> ExecuteAsync(KeyOperation operation, Deadline deadline, CancellationToken cancellationToken) =>
        _router.ExecuteAsync(operation, deadline, cancellationToken);

    /// <summary>Whether a member failed to answer this node lately.</summary>
    public bool IsSuspect(string nodeId) => _health.IsSuspect(nodeId);

    /// <inheritdoc/>
    public Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken) => request switch
    {
        ReadReplica read => _local.ReadAsync(read.Key, cancellationToken),
        MergeReplica merge => _local.MergeAsync(merge.Key, merge.Versions, cancellationToken),
        CoordinateOperation forwarded => _router.ExecuteForwardedAsync(forwarded.Operation, deadline, cancellationToken),
        _ => throw new ArgumentException($"Unknown request {request?.GetType().Name}.", nameof(request)),
    };

    /// <summary>Completes when the repairs and acknowledgements that outlive their requests are done. To be called after the last request.</summary>
    public Task WhenIdleAsync() => _background.WhenIdleAsync();
}
