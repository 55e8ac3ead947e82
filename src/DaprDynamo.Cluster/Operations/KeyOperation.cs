using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Operations;

/// <summary>What a client wants done with one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Quorum">How many replicas must answer, 1 or more; more than N counts as N; null for the cluster's default.</param>
public abstract record KeyOperation(Key Key, int? Quorum);

/// <summary>Read the key's siblings.</summary>
/// <param name="Key">The key.</param>
/// <param name="Quorum">How many replicas must answer; see <see cref="KeyOperation"/>.</param>
public sealed record GetKey(Key Key, int? Quorum) : KeyOperation(Key, Quorum);

/// <summary>Write the key's first value. Refused while it has one; two at the same moment may both succeed, as siblings.</summary>
/// <param name="Key">The key.</param>
/// <param name="Quorum">How many replicas must answer; see <see cref="KeyOperation"/>.</param>
/// <param name="Value">JSON text in UTF-8.</param>
public sealed record CreateKey(Key Key, int? Quorum, ReadOnlyMemory<byte> Value) : KeyOperation(Key, Quorum);

/// <summary>Write a value in place of what the client has read.</summary>
/// <param name="Key">The key.</param>
/// <param name="Quorum">How many replicas must answer; see <see cref="KeyOperation"/>.</param>
/// <param name="Value">JSON text in UTF-8.</param>
/// <param name="Context">What the client has read.</param>
public sealed record PutKey(Key Key, int? Quorum, ReadOnlyMemory<byte> Value, VersionVector Context) : KeyOperation(Key, Quorum);

/// <summary>Delete what the client has read.</summary>
/// <param name="Key">The key.</param>
/// <param name="Quorum">How many replicas must answer; see <see cref="KeyOperation"/>.</param>
/// <param name="Context">What the client has read; null to delete whatever a read finds now.</param>
public sealed record DeleteKey(Key Key, int? Quorum, VersionVector? Context) : KeyOperation(Key, Quorum);
