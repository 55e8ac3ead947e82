using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Ring;

/// <summary>A node as the picture shows it.</summary>
/// <param name="NodeId">Its id.</param>
/// <param name="Tone">How its state looks: see <see cref="Layout.StateMark"/>.</param>
/// <param name="State">Its state in words.</param>
/// <param name="IsAway">Whether it does not answer.</param>
/// <param name="Primaries">How many partitions it is primary of.</param>
/// <param name="Replicas">How many partitions it keeps.</param>
/// <param name="LoadToMean">The same against the mean of those on the ring; null when it is not on it.</param>
/// <param name="Keys">How many live keys it keeps; null when it has not told.</param>
/// <param name="SizeBytes">What its store takes; null when it has not told.</param>
/// <param name="Zone">What fails together with it.</param>
/// <param name="Transfer">What it copies at present; null for nothing.</param>
public sealed record RingNode(
    string NodeId, string Tone, string State, bool IsAway, int Primaries, int Replicas, double? LoadToMean, long? Keys, long? SizeBytes, string Zone, TransferResponse? Transfer);

/// <summary>Records that one node keeps for another.</summary>
/// <param name="HolderId">Who keeps them.</param>
/// <param name="OwnerId">Whom they are for.</param>
/// <param name="Pending">How many there are.</param>
public sealed record RingHint(string HolderId, string OwnerId, long Pending);

/// <summary>What the ring page shows, gathered from a snapshot of the cluster.</summary>
public sealed record RingView
{
    /// <summary>The ring.</summary>
    public required RingResponse Ring { get; init; }

    /// <summary>The members that are there or on their way, in the order of their numbers.</summary>
    public required IReadOnlyList<RingNode> Nodes { get; init; }

    /// <summary>The hints there are.</summary>
    public required IReadOnlyList<RingHint> Hints { get; init; }

    /// <summary>Gathers it; null as long as the ring is not known.</summary>
    public static RingView? Of(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot is not { Ring: { } ring, Members: { } members })
        {
            return null;
        }

        var loads = ring.Members.ToDictionary(member => member.NodeId, StringComparer.Ordinal);
        var mean = ring.Members.Where(member => member.ReplicaPartitions > 0).Select(member => member.ReplicaPartitions).DefaultIfEmpty(0).Average();
        return new RingView
        {
            Ring = ring,
            Nodes =
            [
                .. members.Members.Where(member => !member.IsRemoved && member.State != "Left")
                    .OrderBy(member => member.NodeId, RingGeometry.ByNumber)
                    .Select(member => Of(member, loads.GetValueOrDefault(member.NodeId), snapshot.Nodes.GetValueOrDefault(member.NodeId), mean)),
            ],
            Hints =
            [
                .. snapshot.Nodes.Where(node => node.Value.Feed == FeedState.Live).SelectMany(node =>
                    (node.Value.Stats?.Hints.Pending ?? new Dictionary<string, long>()).Where(hint => hint.Value > 0).Select(hint => new RingHint(node.Key, hint.Key, hint.Value))),
            ],
        };
    }

    private static RingNode Of(MemberResponse member, RingMemberResponse? load, NodeSnapshot? node, double mean)
    {
        var isLost = node?.Feed == FeedState.Lost;
        var (tone, state) = member switch
        {
            _ when isLost => ("bad", "silent"),
            { Health: "Suspect" } => ("warn", "suspect"),
            { State: "Ready", Phase: "None" } => ("good", "ready"),
            { State: "Ready" } => ("busy", "changes places"),
            { State: "Leaving" } => ("busy", "leaving"),
            { State: "Pending" } => ("busy", "joining"),
            _ => ("unknown", "new"),
        };
        return new RingNode(
            member.NodeId, tone, state, isLost || member.Health == "Suspect", load?.Primaries ?? 0, load?.ReplicaPartitions ?? 0,
            load is { ReplicaPartitions: > 0 } ? load.ReplicaPartitions / mean : null, node?.Stats?.Store.LiveKeys, node?.Stats?.Store.SizeBytes, member.Zone, member.Transfer);
    }
}
