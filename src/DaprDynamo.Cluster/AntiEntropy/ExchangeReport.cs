namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>What one anti-entropy exchange did.</summary>
/// <param name="PeerId">The peer.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Compared">How many partitions were compared.</param>
/// <param name="Different">How many of them differed.</param>
/// <param name="Repaired">How many records were sent to whichever side was behind.</param>
/// <param name="Complete">False when trees were still being built, or the peer stopped answering or was too busy before the end.</param>
public sealed record ExchangeReport(string PeerId, DateTimeOffset EndedAt, TimeSpan Took, int Compared, int Different, int Repaired, bool Complete);
