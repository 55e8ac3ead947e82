using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Storing;

/// <summary>A record as one node keeps it.</summary>
/// <param name="Versions">The siblings and their context: what replicas exchange.</param>
/// <param name="Epoch">
/// The epoch under which this node coordinates writes of this record, 0 when it has not yet coordinated one since it
/// holds the record. Never leaves the node: see <see cref="Actor"/> for why it goes when the record goes.
/// </param>
/// <param name="ChangedAtMs">When this node last changed the record, in milliseconds since 1970 by its own clock; only ever used for grace periods.</param>
public sealed record StoredRecord(DottedVersionVectorSet Versions, ulong Epoch, long ChangedAtMs);

/// <summary>A record kept for a member that could not be reached, to be handed over when it is back (Dynamo, section 4.6).</summary>
/// <param name="Sequence">Where the hint stands in its owner's line: counts up as hints are first stored.</param>
/// <param name="Key">The key.</param>
/// <param name="Record">The record.</param>
public sealed record Hint(long Sequence, Key Key, StoredRecord Record);

/// <summary>What a store holds.</summary>
/// <param name="LiveKeys">Keys with at least one value.</param>
/// <param name="Tombstones">Keys whose values are all deleted.</param>
/// <param name="Hints">Records kept for other members.</param>
/// <param name="SizeBytes">What the store takes on disk, or in memory, in bytes.</param>
public sealed record StoreStatistics(long LiveKeys, long Tombstones, long Hints, long SizeBytes);
