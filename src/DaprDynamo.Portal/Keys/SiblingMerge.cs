using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaprDynamo.Portal.Keys;

/// <summary>A value made of several siblings.</summary>
/// <param name="Value">The value.</param>
/// <param name="Conflicts">Where siblings say different things that cannot both hold, as paths such as <c>$.price</c>; there the first sibling's word stands.</param>
public sealed record MergedValue(JsonNode? Value, IReadOnlyList<string> Conflicts);

/// <summary>
/// Suggests one value for several concurrent ones: members of objects together, elements of arrays together without repeats, as the
/// shopping cart of the paper (section 6.1). What differs otherwise is for the user to decide.
/// </summary>
public static class SiblingMerge
{
    /// <summary>The path of a value as a whole.</summary>
    internal const string WholeValue = "$";

    /// <summary>Merges.</summary>
    /// <param name="siblings">The values, one or more.</param>
    public static MergedValue Of(IReadOnlyList<JsonElement> siblings)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        var conflicts = new List<string>();
        return new(Merge(WholeValue, [.. siblings.Select(ToNode)], conflicts), conflicts);
    }

    /// <summary>The paths at which the values are not all the same.</summary>
    public static IReadOnlyList<string> DifferencesOf(IReadOnlyList<JsonElement> siblings)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        var differences = new List<string>();
        Differ(WholeValue, [.. siblings.Select(sibling => (JsonElement?)sibling)], differences);
        return differences;
    }

    private static JsonNode? Merge(string path, IReadOnlyList<JsonNode?> values, List<string> conflicts)
    {
        var first = values[0];
        if (values.All(value => JsonNode.DeepEquals(value, first)))
        {
            return first?.DeepClone();
        }

        if (values.All(value => value is JsonObject))
        {
            var merged = new JsonObject();
            foreach (var name in values.SelectMany(value => value!.AsObject().Select(member => member.Key)).Distinct(StringComparer.Ordinal))
            {
                merged[name] = Merge($"{path}.{name}", [.. values.Where(value => value!.AsObject().ContainsKey(name)).Select(value => value![name])], conflicts);
            }

            return merged;
        }

        if (values.All(value => value is JsonArray))
        {
            var merged = new JsonArray();
            foreach (var element in values.SelectMany(value => value!.AsArray()))
            {
                if (!merged.Any(known => JsonNode.DeepEquals(known, element)))
                {
                    merged.Add(element?.DeepClone());
                }
            }

            return merged;
        }

        conflicts.Add(path);
        return first?.DeepClone();
    }

    private static void Differ(string path, IReadOnlyList<JsonElement?> values, List<string> differences)
    {
        if (values.All(value => value is { ValueKind: JsonValueKind.Object }))
        {
            foreach (var name in values.SelectMany(value => value!.Value.EnumerateObject().Select(member => member.Name)).Distinct(StringComparer.Ordinal))
            {
                Differ($"{path}.{name}", [.. values.Select(value => value!.Value.TryGetProperty(name, out var member) ? member : (JsonElement?)null)], differences);
            }
        }
        else if (!values.All(value => value is null ? values[0] is null : values[0] is { } first && JsonElement.DeepEquals(value.Value, first)))
        {
            differences.Add(path);
        }
    }

    // By hand: JsonNode's own reading fails on names that an object has twice, and nodes keep such values as they came. The last one stands,
    // as in most readers.
    private static JsonNode? ToNode(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(ToNode)]);
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in value.EnumerateObject())
                {
                    members[member.Name] = ToNode(member.Value);
                }

                return members;
            default:
                return JsonValue.Create(value);
        }
    }
}
