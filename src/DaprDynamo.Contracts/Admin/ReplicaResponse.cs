using System.Text.Json;

namespace DaprDynamo.Contracts.Admin;

/// <summary>What one node itself keeps of a key, without asking any other: the answer of <c>GET /admin/replica?key=</c>.</summary>
public sealed record ReplicaResponse
{
    /// <summary>The node's id.</summary>
    public required string NodeId { get; init; }

    /// <summary>Whether the node is one of those that keep the key.</summary>
    public required bool IsReplica { get; init; }

    /// <summary>Its record of the key; null when it has none.</summary>
    public ReplicaRecordResponse? Record { get; init; }

    /// <summary>The records of the key it keeps for members that could not be reached, by the member they are for.</summary>
    public required IReadOnlyDictionary<string, ReplicaRecordResponse> Hints { get; init; }
}

/// <summary>A record as a node keeps it.</summary>
/// <param name="Values">The values not known to be replaced; none when the key is deleted.</param>
/// <param name="Dots">The name of the write of each value, in the same order.</param>
/// <param name="Context">All writes known of, those of the values included, as text for people.</param>
/// <param name="Digest">The same for two records exactly when they hold the same: 16 hexadecimal digits.</param>
/// <param name="ChangedAt">When the node last changed it, by its own clock.</param>
public sealed record ReplicaRecordResponse(
    IReadOnlyList<JsonElement> Values, IReadOnlyList<string> Dots, string Context, string Digest, DateTimeOffset ChangedAt);
