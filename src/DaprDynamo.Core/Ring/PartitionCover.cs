using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>Chooses few members that together keep every partition: whom to ask for what all of the cluster holds.</summary>
public static class PartitionCover
{
    /// <summary>
    /// Chooses one member for each partition, and few members in all: always the one that keeps most of what is left.
    /// Not the fewest there could be, which would take long to find, but near them.
    /// </summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="keepersOf">The members that keep a partition.</param>
    /// <param name="candidates">Who may be asked, the best first among those that keep as many.</param>
    /// <returns>What to ask of whom; partitions that no candidate keeps are left out.</returns>
    public static ImmutableDictionary<string, ImmutableArray<int>> Choose(
        IEnumerable<int> partitions, Func<int, IEnumerable<string>> keepersOf, IReadOnlyList<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(keepersOf);
        ArgumentNullException.ThrowIfNull(candidates);
        var kept = candidates.ToDictionary(nodeId => nodeId, _ => new SortedSet<int>(), StringComparer.Ordinal);
        foreach (var partition in partitions)
        {
            foreach (var nodeId in keepersOf(partition))
            {
                kept.GetValueOrDefault(nodeId)?.Add(partition);
            }
        }

        var chosen = ImmutableDictionary.CreateBuilder<string, ImmutableArray<int>>(StringComparer.Ordinal);
        while (candidates.MaxBy(nodeId => kept[nodeId].Count) is { } best && kept[best].Count > 0)
        {
            var taken = kept[best].ToImmutableArray();
            chosen[best] = taken;
            foreach (var left in kept.Values)
            {
                left.ExceptWith(taken);
            }
        }

        return chosen.ToImmutable();
    }
}
