using System.Collections.Immutable;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Checkers;
using DaprDynamo.Simulation.Clients;
using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>What a run of three nodes and one key might have left behind, written by hand, so that it may be wrong.</summary>
internal sealed class HandMadeRun
{
    internal static readonly Key SomeKey = Key.FromText("some key");

    private readonly List<HistoryEntry> _history = [];
    private readonly Dictionary<string, DottedVersionVectorSet> _records = new(StringComparer.Ordinal);
    private readonly List<StoredHint> _hints = [];

    internal bool IsStrict { get; init; } = true;

    internal TimeSpan QuietSince { get; init; }

    /// <summary>Whether all who answered from now on keep the key themselves.</summary>
    internal bool IsByPrimaries { get; set; }

    internal List<IdleNode> IdleNodes { get; } = [];

    internal List<IdleNode> StoppedNodes { get; } = [];

    internal static Dot DotOf(int node, ulong counter) => new(new Actor($"node-{node}", 7, 1), counter);

    internal static VersionVector Clock(params IEnumerable<Dot> dots) => VersionVector.FromParts([], dots);

    /// <summary>A record that holds the values of some operations, under their dots, and has seen other dots besides.</summary>
    internal static DottedVersionVectorSet Record(VersionVector seen, params IEnumerable<(Dot Dot, int Value)> siblings) => DottedVersionVectorSet.FromParts(
        siblings.Aggregate(seen, (context, sibling) => context.With(sibling.Dot)),
        siblings.Select(sibling => new Sibling(sibling.Dot, HistoryEntry.ValueOf(sibling.Value))));

    /// <summary>A put, acknowledged under a dot, or never heard of when there is none. Its value is its number.</summary>
    internal HistoryEntry Put(VersionVector context, Dot? dot)
    {
        var entry = Begin("client-1", new PutKey(SomeKey, null, HistoryEntry.ValueOf(_history.Count + 1), context));
        if (dot is { } given)
        {
            End(entry, new OperationResult(OperationStatus.Written, "node-1")
            {
                Seen = context.With(given),
                Versions = Record(context, (given, entry.Number)),
            });
        }

        return entry;
    }

    internal HistoryEntry Delete(VersionVector context)
    {
        var entry = Begin("client-1", new DeleteKey(SomeKey, null, context));
        return End(entry, new OperationResult(OperationStatus.Deleted, "node-1") { Seen = context, Versions = Record(context) });
    }

    internal HistoryEntry Read(DottedVersionVectorSet found, string client = "client-2")
    {
        var status = found.IsLive ? OperationStatus.Found : OperationStatus.NotFound;
        return End(
            Begin(client, new GetKey(SomeKey, null)), new OperationResult(status, "node-2") { Versions = found, Seen = found.Context });
    }

    internal HistoryEntry Refuse(OperationStatus status) => End(
        Begin("client-1", new PutKey(SomeKey, null, HistoryEntry.ValueOf(_history.Count + 1), VersionVector.Empty)), new OperationResult(status, "node-1"));

    /// <summary>What a node holds in the end.</summary>
    internal void Hold(int node, DottedVersionVectorSet record) => _records[$"node-{node}"] = record;

    internal void HoldEverywhere(DottedVersionVectorSet record)
    {
        for (var node = 1; node <= 3; node++)
        {
            Hold(node, record);
        }
    }

    internal void Hint(DottedVersionVectorSet record) => _hints.Add(new StoredHint("node-1", SomeKey, record));

    internal CheckedRun ToCheck() => new()
    {
        History = _history,
        Snapshots =
        [
            new ClusterSnapshot("at the end",
            [
                .. Enumerable.Range(1, 4).Select(number => $"node-{number}").Select(nodeId => new NodeSnapshot(
                    nodeId,
                    _records.TryGetValue(nodeId, out var record)
                        ? ImmutableDictionary<Key, DottedVersionVectorSet>.Empty.Add(SomeKey, record)
                        : ImmutableDictionary<Key, DottedVersionVectorSet>.Empty,
                    nodeId == "node-4" ? _hints : [],
                    [TreeOf(nodeId)])),
            ]),
        ],
        PrimariesOf = _ => ["node-1", "node-2", "node-3"],
        PartitionOf = _ => 0,
        IsStrict = IsStrict,
        QuietSince = QuietSince,
        Quorum = new QuorumSettings(3, 2, 2),
        IdleNodes = IdleNodes,
        StoppedNodes = StoppedNodes,
        IdleEventsMax = 10,
    };

    /// <summary>A node whose hash tree does not match its records.</summary>
    internal string? WrongTreeAt { get; init; }

    internal void AssertPasses() => Assert.Empty(AllCheckers.Check(ToCheck()));

    /// <summary>The checker finds something, and names what it is about.</summary>
    internal void AssertCaughtBy<TChecker>(string naming)
        where TChecker : IChecker, new() =>
        Assert.Contains(new TChecker().Check(ToCheck()), violation => violation.Contains(naming, StringComparison.Ordinal));

    private ulong? TreeOf(string nodeId) => nodeId == WrongTreeAt ? 1
        : _records.TryGetValue(nodeId, out var record) ? HashTree.Empty.With(SomeKey, 0, RecordDigest.Of(SomeKey, record)).Root
        : 0;

    private HistoryEntry Begin(string client, KeyOperation operation)
    {
        var entry = new HistoryEntry(
            _history.Count + 1, client, "node-1", operation, TimeSpan.FromSeconds(_history.Count), TimeSpan.FromSeconds(1));
        _history.Add(entry);
        return entry;
    }

    private HistoryEntry End(HistoryEntry entry, OperationResult result)
    {
        entry.IsByPrimaries = IsByPrimaries;
        (entry.Result, entry.CompletedAt) = (result with { Needed = 2, Replicas = 3 }, entry.InvokedAt + TimeSpan.FromMilliseconds(500));
        return entry;
    }
}
