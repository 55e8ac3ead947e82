using System.Globalization;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Live;

/// <summary>Says in words what happened in the cluster.</summary>
public static class EventSentence
{
    /// <summary>The sentence; null for what is not worth one.</summary>
    public static string? Of(ClusterEvent known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return known.Happened switch
        {
            MemberEvent { IsRemoved: true } member => $"{member.NodeId} was taken out.",
            MemberEvent { State: "New" } member => $"{member.NodeId} wants to join.",
            MemberEvent { State: "Pending", Phase: "Switched" } member => $"{member.NodeId} has copied its partitions and takes over reads.",
            MemberEvent { State: "Pending" } member => $"{member.NodeId} joins and copies its partitions.",
            MemberEvent { State: "Leaving", Phase: "Switched" } member => $"{member.NodeId} has handed its partitions over.",
            MemberEvent { State: "Leaving" } member => $"{member.NodeId} leaves; others copy its partitions.",
            MemberEvent { State: "Left" } member => $"{member.NodeId} has left.",
            MemberEvent { State: "Ready", Phase: "None" } member => $"{member.NodeId} is ready.",
            MemberEvent { State: "Ready", Phase: "Switched" } member => $"{member.NodeId} takes over; others let go of what they no longer keep.",
            MemberEvent { State: "Ready" } member => $"{member.NodeId} claims more of the ring.",
            HealthEvent { IsSuspect: true } health => $"{known.NodeId} finds that {health.NodeId} does not answer.",
            HealthEvent health => $"{known.NodeId} finds {health.NodeId} well again.",
            HintsEvent { Pending: 0 } hints => $"{known.NodeId} has handed all hints to {hints.OwnerId}.",
            HintsEvent hints => string.Create(CultureInfo.InvariantCulture, $"{known.NodeId} keeps {hints.Pending:N0} {(hints.Pending == 1 ? "hint" : "hints")} for {hints.OwnerId}."),
            _ => null,
        };
    }
}
