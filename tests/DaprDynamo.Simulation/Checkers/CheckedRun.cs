using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Clients;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>A record kept for another member, as a disk holds it.</summary>
internal sealed record StoredHint(string OwnerId, Key Key, DottedVersionVectorSet Versions);

/// <summary>What one node holds.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Records">Its own records.</param>
/// <param name="Hints">What it keeps for others.</param>
/// <param name="HashTreeRoots">The roots of its hash trees by partition; null where it keeps none; empty while the engine has none.</param>
internal sealed record NodeSnapshot(
    string NodeId, IReadOnlyDictionary<Key, DottedVersionVectorSet> Records, IReadOnlyList<StoredHint> Hints, IReadOnlyList<ulong?> HashTreeRoots)
{
    internal DottedVersionVectorSet RecordOf(Key key) => Records.GetValueOrDefault(key) ?? DottedVersionVectorSet.Empty;
}

/// <summary>What all nodes hold at one moment at which they ought to be at rest.</summary>
/// <param name="Moment">Which moment, in words.</param>
/// <param name="Nodes">All nodes.</param>
internal sealed record ClusterSnapshot(string Moment, IReadOnlyList<NodeSnapshot> Nodes);

/// <summary>What one node keeps going when there is nothing to do.</summary>
internal sealed record IdleNode(string NodeId, int PendingEvents, bool HasBackgroundWork);

/// <summary>What a run left behind: all that the checkers look at.</summary>
internal sealed record CheckedRun
{
    private WriteIndex? _writes;

    internal required IReadOnlyList<HistoryEntry> History { get; init; }

    internal required IReadOnlyList<ClusterSnapshot> Snapshots { get; init; }

    /// <summary>Who keeps a key.</summary>
    internal required Func<Key, IReadOnlyList<string>> PrimariesOf { get; init; }

    /// <summary>Which partition a key lies in.</summary>
    internal required Func<Key, int> PartitionOf { get; init; }

    /// <summary>Whether only primaries ever acknowledged writes.</summary>
    internal required bool IsStrict { get; init; }

    /// <summary>Since when no message of a client's operation has been under way.</summary>
    internal TimeSpan QuietSince { get; init; }

    /// <summary>How many disks were replaced by empty ones.</summary>
    internal int DisksReplaced { get; init; }

    /// <summary>Whether the only disk that was lost is that of a member which died for good, with no mishap beside it.</summary>
    internal bool IsOnlyTakenOut { get; init; }

    /// <summary>N, R and W.</summary>
    internal required QuorumSettings Quorum { get; init; }

    /// <summary>How many changes of the ring there were.</summary>
    internal long RingChanges { get; init; }

    /// <summary>Whether the network was cut, or nodes stood still and went on.</summary>
    internal bool IsCutOrFrozen { get; init; }

    /// <summary>What nodes keep going at the end.</summary>
    internal IReadOnlyList<IdleNode> IdleNodes { get; init; } = [];

    /// <summary>What nodes keep going after they stopped.</summary>
    internal IReadOnlyList<IdleNode> StoppedNodes { get; init; } = [];

    /// <summary>Messages still under way at the end.</summary>
    internal int MessagesUnderWay { get; init; }

    /// <summary>How many posts, timers and completions an idle node may have pending.</summary>
    internal int IdleEventsMax { get; init; } = int.MaxValue;

    internal WriteIndex Writes => _writes ??= WriteIndex.Of(History, Snapshots);
}
