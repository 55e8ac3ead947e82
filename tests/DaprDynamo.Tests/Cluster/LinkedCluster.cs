using System.Collections.Concurrent;
using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprDynamo.Tests.Cluster;

/// <summary>Several engines in one process, linked by calls instead of a network; members can be cut off or made to hang.</summary>
internal sealed class LinkedCluster : IReplicaTransport, IAsyncDisposable
{
    internal static readonly Key SomeKey = Key.FromText("some key");

    /// <summary>Strict quorums, and so little work in the background that it stays out of a test's way.</summary>
    internal static readonly StorageNodeOptions Strict = new() { SloppyQuorum = false, HeartbeatIntervalMs = 20, ExchangeIntervalMs = 600_000 };

    private readonly ConcurrentDictionary<string, StorageNode> _nodes = new(StringComparer.Ordinal);
    private readonly ClusterSettings _settings = new("test", new PartitionSpace(16), new QuorumSettings(3, 2, 2));
    private readonly IReadOnlyList<MemberRecord> _members;

    private readonly StorageNodeOptions _options;

    private LinkedCluster(int nodes, StorageNodeOptions options) =>
        (_options, _members) = (options, InitialRing.Of(_settings, Enumerable.Range(1, nodes).Select(number => ($"node-{number}", new Uri($"http://node-{number}"), "default"))));

    /// <summary>The members that no request reaches.</summary>
    internal HashSet<string> Down { get; } = [];

    /// <summary>The members that take requests and never answer.</summary>
    internal HashSet<string> Hanging { get; } = [];

    /// <summary>What becomes of an answer on its way.</summary>
    internal Func<PeerAnswer, PeerAnswer> OnTheWay { get; set; } = answer => answer;

    internal ConcurrentBag<(string Target, PeerRequest Request)> Sent { get; } = [];

    internal Dictionary<string, IRecordStore> Stores { get; } = new(StringComparer.Ordinal);

    /// <summary>The members that keep <see cref="SomeKey"/>, in ring order, and then the others.</summary>
    internal IReadOnlyList<string> Walk { get; private set; } = [];

    internal StorageNode this[string nodeId] => _nodes[nodeId];

    /// <summary>Nothing is in the way.</summary>
    public string? Trouble => null;

    internal static async Task<LinkedCluster> StartAsync(int nodes = 5, Func<string, IRecordStore>? store = null, StorageNodeOptions? options = null)
    {
        var cluster = new LinkedCluster(nodes, options ?? Strict);
        foreach (var member in cluster._members)
        {
            await cluster.LaunchAsync(member.NodeId, store?.Invoke(member.NodeId));
        }

        await Poll.UntilAsync(
            () => cluster._members.All(member => cluster._nodes.Values.All(node => !node.IsSuspect(member.NodeId)))
                && cluster._nodes.Values.All(node => node.Trouble is null),
            () => "The nodes do not find each other.");

        return cluster;
    }

    /// <summary>Starts a node, or starts it again with a store that knows nothing.</summary>
    internal async Task StartNodeAsync(string nodeId, IRecordStore? store = null)
    {
        await LaunchAsync(nodeId, store);
        await Poll.UntilAsync(() => _nodes[nodeId].Trouble is null, () => $"{nodeId} does not serve: {_nodes[nodeId].Trouble}");
    }

    private async Task LaunchAsync(string nodeId, IRecordStore? store)
    {
        Walk = new ClusterView(_settings, _members).PreferenceListOf(SomeKey).Walk;
        var membership = new MembershipOptions
        {
            Settings = _settings,
            NodeId = nodeId,
            Address = new Uri($"http://{nodeId}"),
            InitialMembers = _members,
        };
        Stores[nodeId] = store ?? new MemoryRecordStore(_settings.Space);
        _nodes[nodeId] = await StorageNode.StartAsync(
            _options, membership, Stores[nodeId], this, TimeProvider.System, new Random(_nodes.Count), NullLogger<StorageNode>.Instance, CancellationToken.None);
    }

    /// <summary>An operation as another node would pass it on to a replica.</summary>
    internal async Task<CoordinateOperation> ForwardedAsync(string to, KeyOperation operation, long number)
    {
        var pong = await _nodes[to].HandleAsync(Ping.Instance, Deadline.After(TimeSpan.FromSeconds(5), TimeProvider.System), CancellationToken.None);
        return new CoordinateOperation(operation, new OperationId(77, number), ((Pong)pong).Clock);
    }

    internal Task<OperationResult> GetAsync(string at, int? quorum = null, int timeoutMs = 5000) => ExecuteAsync(at, new GetKey(SomeKey, quorum), timeoutMs);

    internal Task<OperationResult> CreateAsync(string at, string value, int? quorum = null) =>
        ExecuteAsync(at, new CreateKey(SomeKey, quorum, System.Text.Encoding.UTF8.GetBytes(value)));

    internal Task<OperationResult> PutAsync(string at, string value, VersionVector context, int? quorum = null, int timeoutMs = 5000) =>
        ExecuteAsync(at, new PutKey(SomeKey, quorum, System.Text.Encoding.UTF8.GetBytes(value), context), timeoutMs);

    internal Task<OperationResult> DeleteAsync(string at, VersionVector? context = null) => ExecuteAsync(at, new DeleteKey(SomeKey, null, context));

    internal async Task<DottedVersionVectorSet> StoredAtAsync(string nodeId) =>
        (await Stores[nodeId].ReadAsync(SomeKey, CancellationToken.None))?.Versions ?? DottedVersionVectorSet.Empty;

    public async Task<PeerAnswer> SendAsync(MemberRecord target, PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (request is not (Ping or SyncMembers))
        {
            Sent.Add((target.NodeId, request));
        }

        if (!_nodes.TryGetValue(target.NodeId, out var node) || Down.Contains(target.NodeId))
        {
            return new PeerFailure(PeerFailureKind.Unreachable, "It is down.");
        }

        if (Hanging.Contains(target.NodeId))
        {
            await Task.Delay(deadline.Remaining(TimeProvider.System), cancellationToken);
            return new PeerFailure(PeerFailureKind.NoAnswer, "It hangs.");
        }

        return OnTheWay(await node.HandleAsync(request, deadline, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.DisposeAsync();
        }

        foreach (var store in Stores.Values)
        {
            await store.DisposeAsync();
        }
    }

    internal static string[] ValuesOf(OperationResult result) => ValuesOf(result.Versions);

    internal static string[] ValuesOf(DottedVersionVectorSet versions) =>
        [.. versions.Siblings.Select(sibling => System.Text.Encoding.UTF8.GetString(sibling.Value.Span)).Order(StringComparer.Ordinal)];

    private Task<OperationResult> ExecuteAsync(string at, KeyOperation operation, int timeoutMs = 5000) =>
        _nodes[at].ExecuteAsync(operation, Deadline.After(TimeSpan.FromMilliseconds(timeoutMs), TimeProvider.System), CancellationToken.None);
}
