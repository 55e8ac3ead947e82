namespace DaprDynamo.Core.Ring;

/// <summary>How evenly a ring is spread: the most loaded member against the mean, 1 being perfect.</summary>
/// <param name="Primaries">The most partitions one member is primary of, against the mean.</param>
/// <param name="Replicas">The most partitions one member keeps, against the mean.</param>
public sealed record RingBalance(double Primaries, double Replicas)
{
    internal static RingBalance Of(Placement placement)
    {
        if (placement.Members.IsEmpty)
        {
            return new(1, 1);
        }

        var primaries = placement.Members.ToDictionary(member => member.NodeId, _ => 0, StringComparer.Ordinal);
        var replicas = new Dictionary<string, int>(primaries, StringComparer.Ordinal);
        for (var partition = 0; partition < placement.Space.Count; partition++)
        {
            var list = placement.PreferenceListOf(partition).Primaries;
            primaries[list[0]]++;
            foreach (var nodeId in list)
            {
                replicas[nodeId]++;
            }
        }

        return new(primaries.Values.Max() / primaries.Values.Average(), replicas.Values.Max() / replicas.Values.Average());
    }
}
