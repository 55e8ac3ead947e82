using System.Globalization;
using System.Text;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Clients;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>A value that somebody came upon.</summary>
/// <param name="Key">The key.</param>
/// <param name="Sibling">The value and its dot.</param>
/// <param name="Where">Where and when, in words.</param>
internal sealed record SeenSibling(Key Key, Sibling Sibling, string Where)
{
    internal string Text => Encoding.UTF8.GetString(Sibling.Value.Span);
}

/// <summary>Which dot stands for which write, as far as anybody came to know: clients by their answers, the auditor by looking at disks.</summary>
internal sealed class WriteIndex
{
    private readonly Dictionary<Key, KeyHistory> _keys = [];

    private WriteIndex(IReadOnlyList<SeenSibling> seen) => Seen = seen;

    /// <summary>Every value anybody came upon.</summary>
    internal IReadOnlyList<SeenSibling> Seen { get; }

    internal IReadOnlyDictionary<Key, KeyHistory> Keys => _keys;

    internal KeyHistory this[Key key] => _keys.TryGetValue(key, out var history) ? history : _keys[key] = new();

    internal static WriteIndex Of(IReadOnlyList<HistoryEntry> history, IReadOnlyList<ClusterSnapshot> snapshots)
    {
        var index = new WriteIndex([.. SeenBy(history).Concat(SeenOn(snapshots))]);
        foreach (var seen in index.Seen)
        {
            if (WriterOf(seen, history) is { } writer)
            {
                index[seen.Key].Add(new KnownWrite(writer, seen.Sibling.Dot, ContextOf(writer, seen.Sibling.Dot)));
            }
        }

        foreach (var entry in history)
        {
            if (entry.IsAcknowledgedWrite && DotOf(entry) is { } dot)
            {
                index[entry.Key].Add(new KnownWrite(entry, dot, ContextOf(entry, dot)));
            }

            if (IssuedDelete.Of(entry) is { } delete)
            {
                index[entry.Key].Deletes.Add(delete);
            }
        }

        return index;
    }

    /// <summary>The operation that wrote a value; null when none did.</summary>
    internal static HistoryEntry? WriterOf(SeenSibling seen, IReadOnlyList<HistoryEntry> history) =>
        int.TryParse(seen.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1 && number <= history.Count && history[number - 1] is { Value: not null } entry && entry.Key == seen.Key
            ? entry
            : null;

    /// <summary>The dot of an acknowledged write: it stands with its value in what the coordinator held then, and in the clock beyond what the client gave.</summary>
    internal static Dot? DotOf(HistoryEntry entry)
    {
        var result = entry.Result!;
        foreach (var sibling in result.Versions.Siblings)
        {
            if (sibling.Value.Span.SequenceEqual(entry.Value!.Value.Span))
            {
                return sibling.Dot;
            }
        }

        var given = entry.GivenContext ?? VersionVector.Empty;
        var added = result.Seen.Entries.Concat(result.Seen.Singles).Where(dot => !given.Contains(dot)).ToList();
        return entry.Operation is PutKey && added is [var only] ? only : null;
    }

    /// <summary>What a writer had seen: what it gave, or of an acknowledged create what the coordinator had read for it.</summary>
    private static VersionVector ContextOf(HistoryEntry writer, Dot dot)
    {
        if (writer.GivenContext is { } given)
        {
            return given;
        }

        return writer.IsAcknowledgedWrite ? Without(writer.Result!.Seen, dot) : VersionVector.Empty;
    }

    private static VersionVector Without(VersionVector seen, Dot dot) => VersionVector.FromParts(
        seen.Entries.Select(entry => entry.Actor == dot.Actor && entry.Counter == dot.Counter ? entry with { Counter = entry.Counter - 1 } : entry)
            .Where(entry => entry.Counter > 0),
        seen.Singles.Where(single => single != dot));

    private static IEnumerable<SeenSibling> SeenBy(IReadOnlyList<HistoryEntry> history) =>
        from entry in history
        where entry.Result is not null
        from sibling in entry.Result!.Versions.Siblings
        select new SeenSibling(entry.Key, sibling, $"the answer to {entry}");

    private static IEnumerable<SeenSibling> SeenOn(IReadOnlyList<ClusterSnapshot> snapshots)
    {
        foreach (var snapshot in snapshots)
        {
            foreach (var node in snapshot.Nodes)
            {
                foreach (var (key, record) in node.Records)
                {
                    foreach (var sibling in record.Siblings)
                    {
                        yield return new(key, sibling, $"{node.NodeId}'s disk {snapshot.Moment}");
                    }
                }

                foreach (var hint in node.Hints)
                {
                    foreach (var sibling in hint.Versions.Siblings)
                    {
                        yield return new(hint.Key, sibling, $"{node.NodeId}'s hint for {hint.OwnerId} {snapshot.Moment}");
                    }
                }
            }
        }
    }
}
