using System.Collections.Immutable;
using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.Portal.Live;

/// <summary>What one node or several did in a span of time.</summary>
public sealed record ActivityFigures
{
    // First, as the next is made of them.
    private static readonly ImmutableSortedDictionary<string, OperationFigures> NoOperations =
        ImmutableSortedDictionary.Create<string, OperationFigures>(StringComparer.Ordinal);
    private static readonly ImmutableSortedDictionary<string, long> NoCounts = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Nothing was done.</summary>
    public static ActivityFigures None { get; } = new();

    /// <summary>Clients' operations by verb.</summary>
    public ImmutableSortedDictionary<string, OperationFigures> Operations { get; init; } = NoOperations;

    /// <summary>Records sent to replicas that were behind, by what showed it.</summary>
    public ImmutableSortedDictionary<string, long> Repairs { get; init; } = NoCounts;

    /// <summary>Requests that asked one more member because another was slow.</summary>
    public long Hedges { get; init; }

    /// <summary>Writes passed on to a replica of the key.</summary>
    public long Forwards { get; init; }

    /// <summary>Records sent to a member that stands in for a replica.</summary>
    public long StandIns { get; init; }

    /// <summary>Records kept for a member and handed over to it.</summary>
    public long HintsDelivered { get; init; }

    /// <summary>Reads that were answered with several values, written at the same time and not resolved yet.</summary>
    public long ReadsWithSiblings { get; init; }

    /// <summary>Operations of all verbs.</summary>
    public long Requests => Operations.Values.Sum(verb => verb.Count);

    /// <summary>Those of them that the store failed.</summary>
    public long Failures => Operations.Values.Sum(verb => verb.Failures);

    /// <summary>How long operations of all verbs took.</summary>
    public LatencyDistribution Latencies => LatencyDistribution.Sum(Operations.Values.Select(verb => verb.Latencies));

    /// <summary>What a node did since it started.</summary>
    public static ActivityFigures Of(StatsResponse stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        return new ActivityFigures
        {
            Operations = stats.Operations.ToImmutableSortedDictionary(verb => verb.Key, verb => OperationFigures.Of(verb.Value), StringComparer.Ordinal),
            Repairs = stats.Replication.Repairs.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Hedges = stats.Replication.Hedges,
            Forwards = stats.Replication.Forwards,
            StandIns = stats.Replication.StandIns,
            HintsDelivered = stats.Hints.Delivered,
            ReadsWithSiblings = stats.ReadsWithSiblings,
        };
    }

    /// <summary>All of them together.</summary>
    public static ActivityFigures Sum(IReadOnlyCollection<ActivityFigures> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Count == 1 ? parts.First() : new ActivityFigures
        {
            Operations = parts.SelectMany(part => part.Operations).GroupBy(verb => verb.Key, verb => verb.Value, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(verb => verb.Key, verb => OperationFigures.Sum([.. verb]), StringComparer.Ordinal),
            Repairs = parts.SelectMany(part => part.Repairs).GroupBy(cause => cause.Key, cause => cause.Value, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(cause => cause.Key, cause => cause.Sum(), StringComparer.Ordinal),
            Hedges = parts.Sum(part => part.Hedges),
            Forwards = parts.Sum(part => part.Forwards),
            StandIns = parts.Sum(part => part.StandIns),
            HintsDelivered = parts.Sum(part => part.HintsDelivered),
            ReadsWithSiblings = parts.Sum(part => part.ReadsWithSiblings),
        };
    }

    /// <summary>What was done since an earlier count.</summary>
    public ActivityFigures Since(ActivityFigures earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return new ActivityFigures
        {
            Operations = Operations.ToImmutableSortedDictionary(
                verb => verb.Key, verb => verb.Value.Since(earlier.Operations.GetValueOrDefault(verb.Key, OperationFigures.None)), StringComparer.Ordinal),
            Repairs = Repairs.ToImmutableSortedDictionary(
                cause => cause.Key, cause => Math.Max(0, cause.Value - earlier.Repairs.GetValueOrDefault(cause.Key)), StringComparer.Ordinal),
            Hedges = Math.Max(0, Hedges - earlier.Hedges),
            Forwards = Math.Max(0, Forwards - earlier.Forwards),
            StandIns = Math.Max(0, StandIns - earlier.StandIns),
            HintsDelivered = Math.Max(0, HintsDelivered - earlier.HintsDelivered),
            ReadsWithSiblings = Math.Max(0, ReadsWithSiblings - earlier.ReadsWithSiblings),
        };
    }

    /// <summary>Whether anything was done at all.</summary>
    internal bool IsAny => Requests + Repairs.Values.Sum() + Hedges + Forwards + StandIns + HintsDelivered > 0;
}

/// <summary>Clients' operations of one verb.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Failures">How many of them the store failed.</param>
/// <param name="Latencies">How long they took.</param>
public sealed record OperationFigures(long Count, long Failures, LatencyDistribution Latencies)
{
    /// <summary>There were none.</summary>
    public static OperationFigures None { get; } = new(0, 0, LatencyDistribution.Empty);

    internal static OperationFigures Of(OperationStatsResponse stats) =>
        new(stats.Count, stats.Failures, LatencyDistribution.Of(stats.Latencies.Select(bucket => (bucket.UpToMs, bucket.Count))));

    internal static OperationFigures Sum(IReadOnlyCollection<OperationFigures> parts) =>
        new(parts.Sum(part => part.Count), parts.Sum(part => part.Failures), LatencyDistribution.Sum(parts.Select(part => part.Latencies)));

    internal OperationFigures Since(OperationFigures earlier) =>
        new(Math.Max(0, Count - earlier.Count), Math.Max(0, Failures - earlier.Failures), Latencies.Since(earlier.Latencies));
}

/// <summary>What nodes held at a moment.</summary>
/// <param name="HintsPending">Records kept for members that could not be reached.</param>
/// <param name="LiveKeys">Keys with at least one value; a key counts at each of its replicas.</param>
/// <param name="Tombstones">Keys whose values are all deleted.</param>
/// <param name="SizeBytes">What the stores take, in bytes.</param>
public sealed record ActivityGauges(long HintsPending, long LiveKeys, long Tombstones, long SizeBytes)
{
    internal static ActivityGauges Of(StatsResponse stats) =>
        new(stats.Hints.Pending.Values.Sum(), stats.Store.LiveKeys, stats.Store.Tombstones, stats.Store.SizeBytes);

    internal static ActivityGauges Sum(IReadOnlyCollection<ActivityGauges> parts) => new(
        parts.Sum(part => part.HintsPending), parts.Sum(part => part.LiveKeys), parts.Sum(part => part.Tombstones), parts.Sum(part => part.SizeBytes));
}
