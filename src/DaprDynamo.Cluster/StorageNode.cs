using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Cluster.Tombstones;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster;

/// <summary>
/// The engine of one node: carries out clients' operations, answers its peers, and does in the background what keeps the
/// replicas together. Time, randomness, storage, transport and membership are given to it, so that hosts and the simulator
/// run the very same code.
/// </summary>
public sealed class StorageNode : IPeerRequestHandler, IAsyncDisposable
{
    /// <summary>A list of keys has at most so many a page.</summary>
    public const int KeysAPageMax = KeyLister.LimitMax;

    private readonly MemberTable _members;
    private readonly LocalReplica _local;
    private readonly OperationRouter _router;
    private readonly ForwardedOperations _forwarded;
    private readonly BackgroundWork _background;
    private readonly FailureDetector _detector;
    private readonly PeerStatuses _statuses = new();
    private readonly RequestGate _gate;
    private readonly ViewsInUse _views;
    private readonly NodeClock _clock;
    private readonly HashForest _forest;
    private readonly HintBox _hints;
    private readonly Gossip _gossip;
    private readonly ChangePromises _promises;
    private readonly OwnershipTransfer _transfer;
    private readonly TransferSource _transferSource;
    private readonly TransferLedger _ledger;
    private readonly KeyLister _lister;
    private readonly KeyCoverage _coverage;
    private readonly RingChanges _changes;
    private readonly ExchangeResponder _exchangeResponder;
    private readonly Exchanges _exchanges;
    private readonly TombstoneWitness _witness;
    private readonly TombstoneReaper _reaper;
    private readonly NodeLoops _loops;

    private StorageNode(
        StorageNodeOptions options,
        MemberTable members,
        TransferLedger ledger,
        IRecordStore store,
        IReplicaTransport transport,
        TimeProvider time,
        Random random,
        ILogger logger,
        EpochSource epochs,
        IOperationObserver? observer)
    {
        var space = members.Options.Settings.Space;
        var fences = new TombstoneFences(time, TombstoneReaper.FenceDuration(options));
        var tombstones = new TombstoneQueue(time, options.TombstoneGraceMs);
        var clocks = new PeerClocks(time);
        var staleViewMet = new Signal(time);

        _members = members;
        _ledger = ledger;
        _background = new BackgroundWork(options.BackgroundTasksMax, logger);
        _detector = new FailureDetector(time, TimeSpan.FromMilliseconds(options.HedgeDelayMsMin), TimeSpan.FromMilliseconds(options.HedgeDelayMsMax));
        // The store's own number keeps nodes apart that were given the same randomness.
        _clock = new NodeClock(time, session: (ulong)random.NextInt64() ^ store.Generation, TimeSpan.FromMilliseconds(options.MessageLifetimeMs));
        _forwarded = new ForwardedOperations(_clock, time);
        _forest = new HashForest(space);
        _hints = new HintBox(store, options.HintsMax);
        _gate = new RequestGate(members);
        _views = new ViewsInUse(members);
        var records = new ObservedRecords(store, space, _forest, tombstones);
        var foreground = new ForegroundLatency(time);
        _local = new LocalReplica(members.SelfId, ledger, records, _hints, fences, _clock, foreground, time, options);
        var replicas = new ReplicaSet(members.SelfId, _local, transport, _detector, clocks, _statuses, staleViewMet, _clock, time, options);

        var confirmations = new Confirmations(members, _detector, _statuses, _views, options);
        var (gossipRandom, complaints) = (new Random(random.Next()), new Complaints(time, logger));
        var search = new ClusterSearch(members, ledger, transport, _statuses, complaints, time, gossipRandom, logger);
        _gossip = new Gossip(members, ledger, replicas, transport, _statuses, search, complaints, time, gossipRandom, options, logger);
        _promises = new ChangePromises(members, _detector, time);
        _transferSource = new TransferSource(records, ledger, foreground, space.Count, time, options);
        _lister = new KeyLister(records, ledger, space, time);
        _coverage = new KeyCoverage(members, replicas, _lister, time);
        var copy = new PartitionCopy(members, ledger, confirmations, replicas, foreground, time, options, logger);
        var offer = new RecordOffer(records, replicas, Statistics, time);
        var farewell = new Farewell(members, confirmations, records, offer, time);
        _transfer = new OwnershipTransfer(members, ledger, confirmations, copy, farewell, time, options, logger);
        var proposals = new ChangeProposals(members, replicas, confirmations, _promises, time, logger);
        _changes = new RingChanges(
            members, replicas, confirmations, _promises, proposals, _transfer, _gossip, _hints, time, new Random(random.Next()), options, logger);
        var strays = new StrayRecords(members, confirmations, ledger, records, _forest, replicas, offer, time, options, logger);

        var reads = new ReadCoordinator(replicas, _background, Statistics, time, options.SloppyQuorum);
        var writes = new WriteCoordinator(replicas, records, _hints, epochs, _background, Statistics, time, options.SloppyQuorum);
        var operations = new KeyOperations(reads, writes, members.SelfId, options.Limits, Statistics, logger);
        _router = new OperationRouter(members, _views, _gossip, operations, replicas, Statistics, observer, time, options.SloppyQuorum);

        _exchangeResponder = new ExchangeResponder(_forest, records, space.Count);
        _witness = new TombstoneWitness(members, records, _hints, fences);
        _exchanges = new Exchanges(members, _forest, records, replicas, Statistics, time, new Random(random.Next()), options, logger);
        _reaper = new TombstoneReaper(members, records, replicas, _witness, tombstones, fences, _forest, Statistics, time, options, logger);
        var heartbeats = new Heartbeats(members, replicas, staleViewMet, time, new Random(random.Next()), options);
        var handoff = new HintedHandoff(members, _views, _hints, replicas, confirmations, Statistics, time, options, logger);
        var builder = new ForestBuilder(members, records, _forest, tombstones, time, logger);
        _loops = new NodeLoops(
            time, logger, _gossip.RunAsync, heartbeats.RunAsync, _changes.RunAsync, _transfer.RunAsync, strays.RunAsync,
            handoff.RunAsync, builder.RunAsync, _exchanges.RunAsync, _reaper.RunAsync);
    }

    /// <summary>What the node has done since it started.</summary>
    public NodeStatistics Statistics { get; } = new();

    /// <summary>The last anti-entropy exchange with each peer.</summary>
    public IReadOnlyCollection<ExchangeReport> LatestExchanges => _exchanges.Latest;

    /// <summary>What the tombstones wait for that are this node's to reap.</summary>
    public TombstonesWaiting TombstonesWaiting => _reaper.Waiting();

    /// <summary>The root of each partition's hash tree; null where it is still to be built, or the node keeps no replica.</summary>
    public IReadOnlyList<ulong?> HashTreeRoots =>
        [.. Enumerable.Range(0, _members.Options.Settings.Space.Count).Select(partition => _forest.TreeOf(partition)?.Root)];

    /// <summary>Who belongs to the cluster, as far as the node knows. Without members while it looks for a cluster.</summary>
    public IMembership Membership => _members;

    /// <summary>Why the node serves no clients, in a sentence; null when it does.</summary>
    public string? Trouble => _gossip.Trouble;

    /// <summary>What the node waits for with its own change of the ring, in a sentence; null when it waits for nothing.</summary>
    public string? ChangeWaitsFor => _changes.WaitsFor;

    /// <summary>Puts a node together and starts its work in the background. It serves clients once <see cref="Trouble"/> is over.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="membership">Who it is, and how it finds its cluster.</param>
    /// <param name="store">Where it keeps its records; stays the caller's to close, after <see cref="DisposeAsync"/>.</param>
    /// <param name="transport">Carries its requests.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="random">Its only source of randomness; used while this runs, not later.</param>
    /// <param name="logger">Told what an operator should know.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <param name="observer">Told of every operation; null for nobody.</param>
    /// <exception cref="StoreException">The store could not be read or written.</exception>
    public static async Task<StorageNode> StartAsync(
        StorageNodeOptions options,
        MembershipOptions membership,
        IRecordStore store,
        IReplicaTransport transport,
        TimeProvider time,
        Random random,
        ILogger<StorageNode> logger,
        CancellationToken cancellationToken,
        IOperationObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(membership);
        ArgumentNullException.ThrowIfNull(random);
        var epochs = await EpochSource.OpenAsync(store, cancellationToken);
        var members = await MemberTable.OpenAsync(membership, store, new Signal(time), logger, cancellationToken);
        var ledger = await TransferLedger.OpenAsync(store, cancellationToken);
        if (members.Own is { State: MemberState.Left, IsRemoved: false })
        {
            await StrayRecords.DropAllAsync(store, membership.Settings.Space, cancellationToken);
        }

        var node = new StorageNode(options, members, ledger, store, transport, time, random, logger, epochs, observer);
        await node._gossip.BeginAsync();
        node._loops.Start();
        return node;
    }

    /// <summary>Hands all partitions over to the other members and leaves the cluster. Goes on by itself; a restart in the middle calls it off unless it has begun.</summary>
    public void Leave() => _changes.Leave();

    /// <summary>Takes a dead member out of the cluster; the others take over what it kept.</summary>
    /// <param name="nodeId">The member.</param>
    /// <param name="isForced">Whether to go ahead although it answers, or most members are silent.</param>
    /// <returns>Why it cannot be done, in a sentence; null when it has begun.</returns>
    public Task<string?> RemoveAsync(string nodeId, bool isForced) => _changes.RemoveAsync(nodeId, isForced);

    /// <summary>Has the member that should claim more of the ring begin to do so; to be asked again until the ring is even.</summary>
    /// <returns>Who has begun, or why nobody has, in a sentence; neither when the ring is even.</returns>
    public Task<(string? NodeId, string? Objection)> RebalanceAsync() => _changes.RebalanceAsync();

    /// <summary>Whether the node has left the cluster, and all others know.</summary>
    public bool HasLeft => _changes.HasLeft;

    /// <summary>How far a member has come in copying what it takes over, as it last said; nothing of one that does not answer.</summary>
    public TransferProgress TransferOf(string nodeId) =>
        nodeId == _members.SelfId ? _transfer.Progress : _detector.IsSuspect(nodeId) ? TransferProgress.None : _statuses[nodeId]?.Transfer ?? TransferProgress.None;

    /// <summary>Carries out a client's operation, here or on a replica of its key.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="deadline">By when the client wants its answer.</param>
    /// <param name="cancellationToken">The client has gone: stops the waits of reads; a write that has begun goes on.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<OperationResult> ExecuteAsync(KeyOperation operation, Deadline deadline, CancellationToken cancellationToken) =>
        _router.ExecuteAsync(operation, deadline, cancellationToken);

    /// <summary>Lists keys of the whole cluster that have a value, in the order of their bytes; see <see cref="KeyPage"/>.</summary>
    /// <param name="prefix">What they begin with; null for all.</param>
    /// <param name="after">Only keys after this one; null for the first.</param>
    /// <param name="limit">At most so many, 1 to 500.</param>
    /// <param name="deadline">By when; what nobody has told then is missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<KeyPage> ListKeysAsync(Key? prefix, Key? after, int limit, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, KeysAPageMax);
        return _coverage.ListAsync(prefix, after, limit, deadline, cancellationToken);
    }

    /// <summary>Whether a member does not answer this node at present.</summary>
    public bool IsSuspect(string nodeId) => _detector.IsSuspect(nodeId);

    /// <summary>How long a member has not answered; null when it does.</summary>
    public TimeSpan? SuspectFor(string nodeId) => _detector.SuspectFor(nodeId);

    /// <summary>How many hints are kept for each member that has any.</summary>
    public ValueTask<IReadOnlyDictionary<string, long>> CountHintsAsync() => _hints.CountAsync();

    /// <inheritdoc/>
    public Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _gate.Judge(request) is { } refusal ? Task.FromResult<PeerAnswer>(refusal) : AnswerAsync(request, deadline, cancellationToken);
    }

    private Task<PeerAnswer> AnswerAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken) => request switch
    {
        ReadReplica read => HasCopiedForAsker(read)
            ? _local.ReadAsync(_members.Current, read.Key, cancellationToken)
            : Task.FromResult<PeerAnswer>(new PeerFailure(PeerFailureKind.NotCopied, "The node has not copied the partition yet, and was away when the others went on.")),
        MergeReplica merge => _local.TakeAsync(merge),
        StoreHint hint => _local.StoreHintAsync(hint.OwnerId, hint.Key, hint.Versions, hint.Echo),
        CoordinateOperation forwarded => _forwarded.TakeAsync(forwarded, () => _router.ExecuteForwardedAsync(forwarded.Operation, deadline, cancellationToken)),
        Ping => Task.FromResult<PeerAnswer>(new Pong(_clock.Now, Status)),
        CompareRoots roots => Task.FromResult(_exchangeResponder.Compare(roots)),
        CompareKeys keys => _exchangeResponder.CompareAsync(keys, cancellationToken),
        ConfirmTombstones confirm => AnswerAsync(() => _witness.ConfirmAsync(confirm)),
        ReapTombstones reap => AnswerAsync(() => _witness.ReapAsync(reap)),
        SyncMembers sync => AnswerAsync(() => _gossip.AnswerAsync(sync)),
        PrepareChange prepare => Task.FromResult<PeerAnswer>(_promises.Answer(prepare)),
        WithdrawChange => Task.FromResult<PeerAnswer>(_promises.Withdraw(request.SenderId)),
        BeginRebalance => AnswerAsync(_changes.BeginRebalanceAsync),
        PullRecords pull => _transferSource.ReadAsync(pull, cancellationToken),
        ListKeys list => _lister.ListAsync(list, deadline, cancellationToken),
        _ => throw new ArgumentException($"Unknown request {request.GetType().Name}.", nameof(request)),
    };

    /// <summary>
    /// Whether this node can answer a member that is further in a change of the ring: one that goes on without it, as it was silent,
    /// reads from it as a new owner while it still copies.
    /// </summary>
    private bool HasCopiedForAsker(ReadReplica read)
    {
        var view = _members.Current;
        if (read.Epoch <= view.Epoch || !view.Ring.IsChanging)
        {
            return true;
        }

        var partition = view.Settings.Space.PartitionOf(read.Key);
        return view.Ring.From.PreferenceListOf(partition).Primaries.Contains(_members.SelfId)
            || !view.Ring.To.PreferenceListOf(partition).Primaries.Contains(_members.SelfId)
            || _ledger.HasCopied(view, partition);
    }

    private MemberStatus Status => new(_members.Current.Digest, _views.SettledEpoch, _transfer.CopiedEpoch, _members.KeptEpoch, _transfer.Progress);

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
