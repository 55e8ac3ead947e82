using Microsoft.Extensions.Configuration;

namespace DaprDynamo.ServiceDefaults.Options;

/// <summary>Finds what a section holds that its options type has no place for, and that binding would drop without a word.</summary>
internal static class UnknownKeys
{
    /// <summary>One sentence per key, with what was probably meant.</summary>
    public static IReadOnlyList<string> Find(IConfigurationSection section, Type type)
    {
        var found = new List<string>();
        Visit(section, type, found);
        return found;
    }

    private static void Visit(IConfigurationSection section, Type type, List<string> found)
    {
        if (OptionsShape.IsScalar(type))
        {
            // The binder takes the value and drops what is below it, or the other way round, without a word.
            if (type != typeof(object) && section.GetChildren().Any())
            {
                found.Add($"'{section.Path}' takes one value, and keys below it are given");
            }

            return;
        }

        if (!string.IsNullOrEmpty(section.Value))
        {
            found.Add(OptionsShape.ElementType(type) is null
                ? $"'{section.Path}' takes keys below it, and one value is given"
                : $"'{section.Path}' takes several values, each under a key of its own such as '{section.Path}:0', and one value is given");
            return;
        }

        if (OptionsShape.ElementType(type) is { } element)
        {
            foreach (var child in section.GetChildren())
            {
                Visit(child, element, found);
            }

            return;
        }

        var known = OptionsShape.Keys(type);
        foreach (var child in section.GetChildren())
        {
            if (known.TryGetValue(child.Key, out var childType))
            {
                Visit(child, childType, found);
            }
            else
            {
                found.Add($"'{child.Path}' is not a known key ({Suggestion(child.Key, known.Keys)})");
            }
        }
    }

    private static string Suggestion(string key, IEnumerable<string> known)
    {
        var sorted = known.Order(StringComparer.OrdinalIgnoreCase).ToList();
        if (sorted.Count == 0)
        {
            return "none is known here";
        }

        var nearest = sorted.MinBy(candidate => EditDistance.Between(key, candidate))!;
        return EditDistance.Between(key, nearest) <= Math.Max(key.Length, nearest.Length) / 2
            ? $"did you mean '{nearest}'?"
            : $"known here: {string.Join(", ", sorted)}";
    }
}
