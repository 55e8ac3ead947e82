using System.Collections.Immutable;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Listing;

/// <summary>Some keys of the cluster.</summary>
/// <param name="Keys">The keys, in the order of their bytes.</param>
/// <param name="ContinueAfter">
/// After which key the next page begins; null when there are no more. It may be given although the page is not full, or empty: so many
/// deleted keys lie there, or so little time was left, that the nodes did not look further.
/// </param>
/// <param name="MissingPartitions">The partitions that nobody answered for; their keys are missing.</param>
public sealed record KeyPage(ImmutableArray<ListedKey> Keys, Key? ContinueAfter, ImmutableArray<int> MissingPartitions);

/// <summary>A key that has a value, as one replica knows it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Siblings">How many values it has, 1 or more.</param>
/// <param name="SizeBytes">What they take, in bytes.</param>
/// <param name="ChangedAtMs">When the replica last changed it, in milliseconds since 1970 by its own clock.</param>
public readonly record struct ListedKey(Key Key, int Siblings, long SizeBytes, long ChangedAtMs);
