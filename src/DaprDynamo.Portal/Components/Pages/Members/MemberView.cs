using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Members;

/// <summary>A member as the page shows it.</summary>
public sealed record MemberView
{
    /// <summary>What its own record says.</summary>
    public required MemberResponse Member { get; init; }

    /// <summary>What the portal knows of the node itself; null when it does not follow it.</summary>
    public required NodeSnapshot? Node { get; init; }

    /// <summary>How its state looks: <c>good</c>, <c>warn</c>, <c>bad</c>, <c>busy</c> or <c>unknown</c>.</summary>
    public required string Tone { get; init; }

    /// <summary>Its state in words.</summary>
    public required string State { get; init; }

    /// <summary>How many partitions it is the first to keep.</summary>
    public required int Primaries { get; init; }

    /// <summary>How many partitions it keeps.</summary>
    public required int Replicas { get; init; }

    /// <summary>How many partitions it keeps against the mean of those on the ring; null when it is not on it.</summary>
    public required double? LoadToMean { get; init; }

    /// <summary>How many records the others keep for it.</summary>
    public required long HintsForIt { get; init; }

    /// <summary>Whether it belongs to the cluster, or is on its way in or out.</summary>
    public bool IsPresent => !Member.IsRemoved && Member.State != "Left";

    /// <summary>Whether it is a full member with no change of its own under way.</summary>
    public bool IsAtRest => IsPresent && Member is { State: "Ready", Phase: "None" };

    /// <summary>Whether it answers: the portal, and the member that was asked for its view.</summary>
    public bool Answers => Node?.Feed != FeedState.Lost && Member.Health != "Suspect";

    /// <summary>The members of a snapshot, those present first, in the order of their numbers.</summary>
    public static IReadOnlyList<MemberView> Of(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var loads = (snapshot.Ring?.Members ?? []).ToDictionary(member => member.NodeId, StringComparer.Ordinal);
        var mean = loads.Values.Where(load => load.ReplicaPartitions > 0).Select(load => load.ReplicaPartitions).DefaultIfEmpty(0).Average();
        var hints = snapshot.Nodes.Values.SelectMany(node => node.Stats?.Hints.Pending ?? new Dictionary<string, long>())
            .GroupBy(hint => hint.Key, hint => hint.Value, StringComparer.Ordinal).ToDictionary(hint => hint.Key, hint => hint.Sum(), StringComparer.Ordinal);
        return
        [
            .. (snapshot.Members?.Members ?? [])
                .Select(member => Of(member, snapshot.Nodes.GetValueOrDefault(member.NodeId), loads.GetValueOrDefault(member.NodeId), mean, hints.GetValueOrDefault(member.NodeId)))
                .OrderBy(view => !view.IsPresent).ThenBy(view => view.Member.NodeId, Ring.RingGeometry.ByNumber),
        ];
    }

    private static MemberView Of(MemberResponse member, NodeSnapshot? node, RingMemberResponse? load, double mean, long hints)
    {
        var (tone, state) = member switch
        {
            { IsRemoved: true } => ("unknown", "taken out"),
            { State: "Left" } => ("unknown", "has left"),
            _ when node?.Feed == FeedState.Lost => ("bad", "silent"),
            { Health: "Suspect" } => ("warn", "suspect"),
            { State: "Leaving", Phase: "Switched" } => ("busy", "leaving, handed over"),
            { State: "Leaving" } => ("busy", "leaving, others copy"),
            { State: "Pending", Phase: "Switched" } => ("busy", "joining, takes over"),
            { State: "Pending" } => ("busy", "joining, copies"),
            { State: "New" } => ("busy", "wants to join"),
            { Phase: not "None" } => ("busy", "changes places"),
            _ => ("good", "ready"),
        };
        return new MemberView
        {
            Member = member,
            Node = node,
            Tone = tone,
            State = state,
            Primaries = load?.Primaries ?? 0,
            Replicas = load?.ReplicaPartitions ?? 0,
            LoadToMean = load is { ReplicaPartitions: > 0 } && mean > 0 ? load.ReplicaPartitions / mean : null,
            HintsForIt = hints,
        };
    }
}
