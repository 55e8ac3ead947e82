using DaprDynamo.Cluster.Listing;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Storing;

/// <summary>What a look through some records of a partition found: <see cref="IRecordStore.ScanKeysAsync"/>.</summary>
/// <param name="Keys">The keys among them that have a value, in the order of their bytes; there may be none.</param>
/// <param name="Deleted">How many of the records were of deleted keys.</param>
/// <param name="LookedUpTo">The last key that was looked at, deleted or not: where to go on; null when the partition ends there.</param>
public sealed record KeyScan(IReadOnlyList<ListedKey> Keys, int Deleted, Key? LookedUpTo);
