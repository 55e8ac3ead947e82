namespace DaprDynamo.Storage;

/// <summary>Entries in memory, found by key and paged in the order of their keys. Not safe for concurrent use.</summary>
internal sealed class OrderedTable<TKey, TValue>
    where TKey : notnull, IComparable<TKey>
    where TValue : class
{
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly SortedSet<TKey> _order = [];

    public bool IsEmpty => _values.Count == 0;

    public TValue? Find(TKey key) => _values.GetValueOrDefault(key);

    public void Put(TKey key, TValue value)
    {
        _values[key] = value;
        _order.Add(key);
    }

    public void Remove(TKey key)
    {
        _values.Remove(key);
        _order.Remove(key);
    }

    /// <summary>The first entries, at most so many.</summary>
    public List<KeyValuePair<TKey, TValue>> First(int limit) => Take(_order, limit);

    /// <summary>The first entries after a key, whether or not the key itself is there; at most so many.</summary>
    public List<KeyValuePair<TKey, TValue>> After(TKey key, int limit)
    {
        if (IsEmpty || _order.Max!.CompareTo(key) <= 0)
        {
            return [];
        }

        return Take(_order.GetViewBetween(key, _order.Max).SkipWhile(next => next.CompareTo(key) == 0), limit);
    }

    private List<KeyValuePair<TKey, TValue>> Take(IEnumerable<TKey> keys, int limit) =>
        [.. keys.Take(limit).Select(key => KeyValuePair.Create(key, _values[key]))];
}
