using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.Portal.Keys;

/// <summary>How a node stands on a key against the others.</summary>
public enum ReplicaStanding
{
    /// <summary>It knows every write that any other knows.</summary>
    UpToDate,

    /// <summary>Others know writes that it does not.</summary>
    Behind,

    /// <summary>It knows writes that others do not, and they some that it does not.</summary>
    Apart,

    /// <summary>It keeps nothing of the key, and others do.</summary>
    Nothing,

    /// <summary>Nobody keeps anything of the key.</summary>
    Unknown,

    /// <summary>It gave no answer.</summary>
    Silent,
}

/// <summary>What one node keeps of a key, and how that compares.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Place">Its place in the preference list, from 0; null when it is a stand-in.</param>
/// <param name="Replica">What it told; null when it gave no answer.</param>
/// <param name="Standing">How it stands.</param>
public sealed record ComparedReplica(string NodeId, int? Place, ReplicaResponse? Replica, ReplicaStanding Standing);

/// <summary>Compares what nodes keep of a key, by the writes they know of.</summary>
public static class ReplicaComparison
{
    /// <summary>Compares; the keepers come first, in the order of the preference list, then stand-ins that keep something.</summary>
    /// <param name="primaries">The preference list.</param>
    /// <param name="told">What each node told; null for one that gave no answer.</param>
    public static IReadOnlyList<ComparedReplica> Of(IReadOnlyList<string> primaries, IReadOnlyDictionary<string, ReplicaResponse?> told)
    {
        ArgumentNullException.ThrowIfNull(primaries);
        ArgumentNullException.ThrowIfNull(told);
        var contexts = told.Where(node => node.Value?.Record is not null)
            .ToDictionary(node => node.Key, node => ContextText.Parse(node.Value!.Record!.Context), StringComparer.Ordinal);
        var keepers = primaries.Select((nodeId, place) => Compare(nodeId, place));
        var others = told.Where(node => !primaries.Contains(node.Key) && node.Value is { } replica && (replica.Record is not null || replica.Hints.Count > 0))
            .OrderBy(node => node.Key, StringComparer.Ordinal).Select(node => Compare(node.Key, null));
        return [.. keepers, .. others];

        ComparedReplica Compare(string nodeId, int? place)
        {
            var replica = told.GetValueOrDefault(nodeId);
            return new(nodeId, place, replica, replica is null ? ReplicaStanding.Silent : StandingOf(nodeId));
        }

        ReplicaStanding StandingOf(string nodeId)
        {
            if (!contexts.TryGetValue(nodeId, out var own))
            {
                return contexts.Count > 0 ? ReplicaStanding.Nothing : ReplicaStanding.Unknown;
            }

            var unknown = contexts.Values.Where(other => !own.Descends(other)).ToList();
            return unknown.Count == 0 ? ReplicaStanding.UpToDate
                : unknown.Exists(other => !other.Descends(own)) ? ReplicaStanding.Apart
                : ReplicaStanding.Behind;
        }
    }
}
