using System.Text.Json;
using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.Portal.Keys;

/// <summary>Finds out which write made which value: clients are not told, but replicas tell the portal.</summary>
public static class SiblingOrigins
{
    /// <summary>For each value the name of the write that made it; null where no replica knows.</summary>
    /// <param name="siblings">The values as a read gave them.</param>
    /// <param name="records">What the replicas keep.</param>
    public static IReadOnlyList<string?> Of(IReadOnlyList<JsonElement> siblings, IEnumerable<ReplicaRecordResponse> records)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        ArgumentNullException.ThrowIfNull(records);
        var left = records.SelectMany(record => record.Dots.Zip(record.Values)).DistinctBy(write => write.First, StringComparer.Ordinal).ToList();
        return [.. siblings.Select(Take)];

        // Two writers may have written the same: each value takes a write of its own.
        string? Take(JsonElement sibling)
        {
            var index = left.FindIndex(write => JsonElement.DeepEquals(write.Second, sibling));
            if (index < 0)
            {
                return null;
            }

            var dot = left[index].First;
            left.RemoveAt(index);
            return dot;
        }
    }
}
