using System.Globalization;

namespace DaprDynamo.Portal.Keys;

/// <summary>
/// Reads the names of writes and the contexts that nodes tell for people to read: <c>node-1/5f/2:3</c> is the third write under the
/// actor <c>node-1/5f/2</c>; <c>{a:3, b:1}+{a:5}</c> knows all writes of a up to 3 and of b up to 1, and beyond them a's fifth.
/// </summary>
public sealed class ContextText
{
    private readonly Dictionary<string, long> _upTo = new(StringComparer.Ordinal);
    private readonly HashSet<(string Actor, long Counter)> _singles = [];

    private ContextText()
    {
    }

    /// <summary>Knows of no write.</summary>
    public static ContextText Empty { get; } = new();

    /// <summary>Reads a context; what makes no sense in it is left out.</summary>
    public static ContextText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var context = new ContextText();
        var halves = text.Split("}+{", 2);
        foreach (var (actor, counter) in DotsOf(halves[0]))
        {
            context._upTo[actor] = counter;
        }

        foreach (var dot in halves.Length > 1 ? DotsOf(halves[1]) : [])
        {
            context._singles.Add(dot);
        }

        return context;
    }

    /// <summary>The node under whose name a write was made; the whole text when it names none.</summary>
    public static string NodeOf(string dot)
    {
        ArgumentNullException.ThrowIfNull(dot);
        return dot.Split('/', 2)[0];
    }

    /// <summary>Whether it knows every write that the other knows.</summary>
    public bool Descends(ContextText other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other._upTo.All(entry => Knows(entry.Key, entry.Value)) && other._singles.All(single => Contains(single.Actor, single.Counter));
    }

    private bool Contains(string actor, long counter) => counter <= _upTo.GetValueOrDefault(actor) || _singles.Contains((actor, counter));

    private bool Knows(string actor, long counter)
    {
        var known = _upTo.GetValueOrDefault(actor);
        while (known < counter && _singles.Contains((actor, known + 1)))
        {
            known++;
        }

        return known >= counter;
    }

    private static IEnumerable<(string Actor, long Counter)> DotsOf(string text)
    {
        foreach (var part in text.Trim('{', '}').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.LastIndexOf(':') is > 0 and var colon && long.TryParse(part[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var counter))
            {
                yield return (part[..colon], counter);
            }
        }
    }
}
