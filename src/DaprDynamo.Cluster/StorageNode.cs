using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Cluster.Tombstones;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster;

/// <summary>
/// The engine of one node: carries out clients' operations, answers its peers, and does in the background what keeps the
/// replicas together. Time, randomness, storage, transport and membership are given to it, so that hosts and the simulator
/// run the very same code.
/// </summary>
public sealed class StorageNode : IPeerRequestHandler, IAsyncDisposable
{
    private readonly IMembership _membership;
    private readonly LocalReplica _local;
    private readonly OperationRouter _router;
    private readonly ForwardedOperations _forwarded;
    private readonly BackgroundWork _background;
    private readonly FailureDetector _detector;
    private readonly NodeClock _clock;
    private readonly HashForest _forest;
    private readonly HintBox _hints;
    private readonly ExchangeResponder _exchangeResponder;
    private readonly Exchanges _exchanges;
    private readonly TombstoneWitness _witness;
    private readonly TombstoneReaper _reaper;
    private readonly NodeLoops _loops;

    private StorageNode(
        StorageNodeOptions options, IMembership membership, IRecordStore store, IReplicaTransport transport, TimeProvider time, Random random, ILogger logger, EpochSource epochs)
    {
        var space = membership.Current.Settings.Space;
        var fences = new TombstoneFences(time, TombstoneReaper.FenceDuration(options));
        var tombstones = new TombstoneQueue(time, options.TombstoneGraceMs);
        var clocks = new PeerClocks(time);

        _membership = membership;
        _background = new BackgroundWork(options.BackgroundTasksMax, logger);
        _detector = new FailureDetector(time, TimeSpan.FromMilliseconds(options.HedgeDelayMsMin), TimeSpan.FromMilliseconds(options.HedgeDelayMsMax));
        // The store's own number keeps nodes apart that were given the same randomness.
        _clock = new NodeClock(time, session: (ulong)random.NextInt64() ^ store.Generation, TimeSpan.FromMilliseconds(options.MessageLifetimeMs));
        _forwarded = new ForwardedOperations(_clock, time);
        _forest = new HashForest(space);
        _hints = new HintBox(store, options.HintsMax);
        var records = new ObservedRecords(store, space, _forest, tombstones);
        _local = new LocalReplica(membership.SelfId, records, _hints, fences, _clock, time, options);
        var replicas = new ReplicaSet(membership.SelfId, _local, transport, _detector, clocks, _clock, time, options);

        var reads = new ReadCoordinator(replicas, _background, Statistics, time, options.SloppyQuorum);
        var writes = new WriteCoordinator(replicas, records, _hints, epochs, _background, Statistics, time, options.SloppyQuorum);
        var operations = new KeyOperations(reads, writes, membership.SelfId, options.Limits, logger);
        _router = new OperationRouter(membership, operations, replicas, Statistics, time, options.SloppyQuorum);

        _exchangeResponder = new ExchangeResponder(_forest, records, space.Count);
        _witness = new TombstoneWitness(membership, records, _hints, fences);
        _exchanges = new Exchanges(membership, _forest, records, replicas, Statistics, time, new Random(random.Next()), options, logger);
        _reaper = new TombstoneReaper(membership, records, replicas, _witness, tombstones, fences, _forest, Statistics, time, options, logger);
        var heartbeats = new Heartbeats(membership, replicas, time, new Random(random.Next()), options);
        var handoff = new HintedHandoff(membership, _hints, replicas, Statistics, time, options, logger);
        var builder = new ForestBuilder(membership, records, _forest, tombstones, time, logger);
        _loops = new NodeLoops(time, logger, heartbeats.RunAsync, handoff.RunAsync, builder.RunAsync, _exchanges.RunAsync, _reaper.RunAsync);
    }

    /// <summary>What the node has done since it started.</summary>
    public NodeStatistics Statistics { get; } = new();

    /// <summary>The last anti-entropy exchange with each peer.</summary>
    public IReadOnlyCollection<ExchangeReport> LatestExchanges => _exchanges.Latest;

    /// <summary>What the tombstones wait for that are this node's to reap.</summary>
    public TombstonesWaiting TombstonesWaiting => _reaper.Waiting();

    /// <summary>The root of each partition's hash tree; null where it is still to be built, or the node keeps no replica.</summary>
    public IReadOnlyList<ulong?> HashTreeRoots =>
        [.. Enumerable.Range(0, _membership.Current.Settings.Space.Count).Select(partition => _forest.TreeOf(partition)?.Root)];

    /// <summary>Puts a node together, makes it ready to serve and starts its work in the background.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="membership">Who belongs to the cluster.</param>
    /// <param name="store">Where it keeps its records; stays the caller's to close, after <see cref="DisposeAsync"/>.</param>
    /// <param name="transport">Carries its requests.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="random">Its only source of randomness; used while this runs, not later.</param>
    /// <param name="logger">Told what an operator should know.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="StoreException">The store could not be read or written.</exception>
    public static async Task<StorageNode> StartAsync(
        StorageNodeOptions options,
        IMembership membership,
        IRecordStore store,
        IReplicaTransport transport,
        TimeProvider time,
        Random random,
        ILogger<StorageNode> logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(membership);
        ArgumentNullException.ThrowIfNull(random);
        var epochs = await EpochSource.OpenAsync(store, cancellationToken);
        var node = new StorageNode(options, membership, store, transport, time, random, logger, epochs);
        node._loops.Start();
        return node;
    }

    /// <summary>Carries out a client's operation, here or on a replica of its key.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="deadline">By when the client wants its answer.</param>
    /// <param name="cancellationToken">The client has gone: stops the waits of reads; a write that has begun goes on.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<OperationResult> ExecuteAsync(KeyOperation operation, Deadline deadline, CancellationToken cancellationToken) =>
        _router.ExecuteAsync(operation, deadline, cancellationToken);

    /// <summary>Whether a member does not answer this node at present.</summary>
    public bool IsSuspect(string nodeId) => _detector.IsSuspect(nodeId);

    /// <summary>How long a member has not answered; null when it does.</summary>
    public TimeSpan? SuspectFor(string nodeId) => _detector.SuspectFor(nodeId);

    /// <summary>How many hints are kept for each member that has any.</summary>
    public ValueTask<IReadOnlyDictionary<string, long>> CountHintsAsync() => _hints.CountAsync();

    /// <inheritdoc/>
    public Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken) => request switch
    {
        ReadReplica read => _local.ReadAsync(_membership.Current, read.Key, cancellationToken),
        MergeReplica merge => _local.TakeAsync(merge),
        StoreHint hint => _local.StoreHintAsync(hint.OwnerId, hint.Key, hint.Versions, hint.Echo),
        CoordinateOperation forwarded => _forwarded.TakeAsync(forwarded, () => _router.ExecuteForwardedAsync(forwarded.Operation, deadline, cancellationToken)),
        Ping => Task.FromResult<PeerAnswer>(new Pong(_clock.Now)),
        CompareRoots roots => Task.FromResult(_exchangeResponder.Compare(roots)),
        CompareKeys keys => _exchangeResponder.CompareAsync(keys, cancellationToken),
        ConfirmTombstones confirm => AnswerAsync(() => _witness.ConfirmAsync(confirm)),
        ReapTombstones reap => AnswerAsync(() => _witness.ReapAsync(reap)),
        _ => throw new ArgumentException($"Unknown request {request?.GetType().Name}.", nameof(request)),
    };

    /// <summary>Ends the work in the background, and waits for the repairs and acknowledgements that outlive their requests. To be called after the last request.</summary>
    public async ValueTask DisposeAsync()
    {
        await _loops.DisposeAsync();
        await WhenIdleAsync();
    }

    /// <summary>Completes when the repairs and acknowledgements that outlive their requests are done.</summary>
    public Task WhenIdleAsync() => _background.WhenIdleAsync();

    private static async Task<PeerAnswer> AnswerAsync(Func<Task<PeerAnswer>> answer)
    {
        try
        {
            return await answer();
        }
        catch (StoreException failure)
        {
            return LocalReplica.FailureOf(failure);
        }
    }
}
