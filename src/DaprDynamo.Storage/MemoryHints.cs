using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Storage;

/// <summary>One owner's hints in memory: found by key, and paged oldest first. Not safe for concurrent use.</summary>
internal sealed class MemoryHints
{
    private readonly Dictionary<Key, long> _sequences = [];
    private readonly OrderedTable<long, Hint> _line = new();

    public bool IsEmpty => _line.IsEmpty;

    public Hint? Find(Key key) => _sequences.TryGetValue(key, out var sequence) ? _line.Find(sequence) : null;

    public void Put(Hint hint)
    {
        _sequences[hint.Key] = hint.Sequence;
        _line.Put(hint.Sequence, hint);
    }

    public void Remove(Hint hint)
    {
        _sequences.Remove(hint.Key);
        _line.Remove(hint.Sequence);
    }

    public List<Hint> Page(long afterSequence, int limit) => [.. _line.After(afterSequence, limit).Select(pair => pair.Value)];
}
