namespace DaprDynamo.Contracts.Admin;

/// <summary>
/// Some keys of the whole cluster: the answer of <c>GET /admin/keys?prefix=&amp;after=&amp;limit=</c>. Each partition is told by one of its
/// replicas, so that a key written a moment ago may be missing.
/// </summary>
public sealed record KeysResponse
{
    /// <summary>Keys that have a value, in the order of their bytes.</summary>
    public required IReadOnlyList<ListedKeyResponse> Keys { get; init; }

    /// <summary>
    /// What to give as <c>after</c> for the next page; null on the last. It may be there although the page has few keys or none:
    /// where very many deleted keys lie, a page ends early.
    /// </summary>
    public string? Next { get; init; }

    /// <summary>The partitions that nobody answered for; their keys are missing. None when all is well.</summary>
    public required IReadOnlyList<int> MissingPartitions { get; init; }
}

/// <summary>A key that has a value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Siblings">How many values it has, 1 or more.</param>
/// <param name="SizeBytes">What they take, in bytes.</param>
/// <param name="ChangedAt">When the replica that told of it last changed it, by its own clock.</param>
public sealed record ListedKeyResponse(string Key, int Siblings, long SizeBytes, DateTimeOffset ChangedAt);
