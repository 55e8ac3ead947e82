using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>One replica of a partition that a member gets.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="NodeId">Who gets it.</param>
public readonly record struct ReplicaGain(int Partition, string NodeId);

/// <summary>What has to be copied to get from one placement to another: every replica that a member has afterwards and had not before.</summary>
/// <param name="Gains">The replicas gained, by partition in ascending order.</param>
public sealed record PlacementChange(ImmutableArray<ReplicaGain> Gains)
{
    /// <summary>Nothing has to be copied.</summary>
    public static PlacementChange None { get; } = new([]);

    /// <summary>How many replicas have to be copied.</summary>
    public int MovedReplicas => Gains.Length;

    /// <summary>The members that have to copy something.</summary>
    public ImmutableSortedSet<string> Gainers { get; } = Gains.Select(gain => gain.NodeId).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>The partitions that somebody has to copy, in ascending order.</summary>
    public ImmutableArray<int> Partitions { get; } = [.. Gains.Select(gain => gain.Partition).Distinct()];

    /// <summary>The partitions that more members lose than gain, as there are no others: whoever loses one is the last who could tell what it knew.</summary>
    public ImmutableArray<int> Shrinking { get; private init; } = [];

    /// <summary>The partitions that a member has to copy.</summary>
    public ImmutableArray<int> GainsOf(string nodeId) => [.. Gains.Where(gain => gain.NodeId == nodeId).Select(gain => gain.Partition)];

    /// <summary>Compares two placements of one space.</summary>
    public static PlacementChange Between(Placement before, Placement after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new(
        [
            .. from partition in Enumerable.Range(0, after.Space.Count)
               from nodeId in after.PreferenceListOf(partition).Primaries.Except(before.PreferenceListOf(partition).Primaries)
               select new ReplicaGain(partition, nodeId),
        ])
        {
            Shrinking = [.. Enumerable.Range(0, after.Space.Count).Where(partition =>
                after.PreferenceListOf(partition).Primaries.Length < before.PreferenceListOf(partition).Primaries.Length)],
        };
    }

    /// <summary>The replicas a newcomer must get at least: its fair share.</summary>
    /// <param name="after">The placement with the newcomer.</param>
    public static double UnavoidableOfJoin(Placement after)
    {
        ArgumentNullException.ThrowIfNull(after);
        return after.Space.Count * (double)Math.Min(after.Replicas, after.Members.Length) / after.Members.Length;
    }

    /// <summary>The replicas others must get at least when a member goes: those it kept, unless there is nobody left to take them.</summary>
    /// <param name="before">The placement with the leaver.</param>
    /// <param name="nodeId">The leaver.</param>
    public static int UnavoidableOfLeave(Placement before, string nodeId)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before.Members.Length <= before.Replicas
            ? 0
            : Enumerable.Range(0, before.Space.Count).Count(partition => before.PreferenceListOf(partition).Primaries.Contains(nodeId));
    }
}
