using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Live;

/// <summary>
/// The latest requests of all nodes, in the order in which they began by the nodes' clocks: a new one takes the place of the oldest.
/// The two halves of a request that was passed on are put together. Safe to use from many threads.
/// </summary>
/// <param name="capacity">How many requests are kept.</param>
public sealed class TraceLog(int capacity = TraceLog.CapacityDefault)
{
    /// <summary>How many requests are kept when nobody says otherwise.</summary>
    public const int CapacityDefault = 5000;

    private readonly Lock _lock = new();
    private readonly List<RequestTrace> _traces = new(capacity + 1);
    private readonly Dictionary<string, List<RequestTrace>> _byTraceId = new(StringComparer.Ordinal);
    private long _lastId;
    private long _version;

    /// <summary>Grows with every request that was added or completed.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The id of the trace learnt or completed last; 0 for none.</summary>
    public long LastId
    {
        get
        {
            lock (_lock)
            {
                return _lastId;
            }
        }
    }

    /// <summary>Takes note of what a node tells.</summary>
    public void Add(string nodeId, IEnumerable<RequestEvent> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        lock (_lock)
        {
            foreach (var request in requests)
            {
                Add(new TracePart(nodeId, request));
            }
        }
    }

    /// <summary>The requests kept that a filter lets through, the latest first.</summary>
    /// <param name="accepts">The filter.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<RequestTrace> Read(Func<RequestTrace, bool> accepts, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return [.. ((IEnumerable<RequestTrace>)Snapshot()).Reverse().Where(accepts).Take(limit)];
    }

    /// <summary>The requests learnt or completed since a reader asked last, what to ask with next time, and how many more there were.</summary>
    /// <param name="lastId">What it was told then; 0 for the first time.</param>
    /// <param name="limit">At most so many, the latest.</param>
    public (IReadOnlyList<RequestTrace> Traces, long LastId, int Missed) ReadSince(long lastId, int limit)
    {
        lock (_lock)
        {
            var later = lastId == _lastId ? [] : _traces.Where(trace => trace.Id > lastId).OrderBy(trace => trace.Id).ToList();
            var missed = Math.Max(0, later.Count - limit);
            return (later.Slice(missed, later.Count - missed), _lastId, missed);
        }
    }

    /// <summary>The requests under one trace id, the oldest first; none when they are kept no more.</summary>
    public IReadOnlyList<RequestTrace> Find(string traceId)
    {
        lock (_lock)
        {
            return _byTraceId.TryGetValue(traceId, out var found) ? [.. found.OrderBy(trace => trace.At)] : [];
        }
    }

    private RequestTrace[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _traces];
        }
    }

    private void Add(TracePart part)
    {
        _version++;
        if (part.Request.TraceId is { } traceId && _byTraceId.TryGetValue(traceId, out var related)
            && related.FindIndex(trace => trace.IsCompletedBy(part)) is >= 0 and var half)
        {
            var completed = related[half].With(part) with { Id = ++_lastId, FirstId = related[half].FirstId };
            Remove(related[half]);
            Insert(completed);
            return;
        }

        Insert(new RequestTrace { Id = ++_lastId, Parts = [part] });
        if (_traces.Count > capacity)
        {
            Remove(_traces[0]);
        }
    }

    private void Insert(RequestTrace trace)
    {
        var index = _traces.Count;
        while (index > 0 && _traces[index - 1].At > trace.At)
        {
            index--;
        }

        _traces.Insert(index, trace);
        if (trace.TraceId is { } traceId)
        {
            if (!_byTraceId.TryGetValue(traceId, out var related))
            {
                _byTraceId[traceId] = related = [];
            }

            related.Add(trace);
        }
    }

    private void Remove(RequestTrace trace)
    {
        // From the end: what is completed has just come.
        _traces.RemoveAt(_traces.FindLastIndex(kept => kept.Id == trace.Id));
        if (trace.TraceId is { } traceId && _byTraceId.TryGetValue(traceId, out var related) && related.Remove(trace) && related.Count == 0)
        {
            _byTraceId.Remove(traceId);
        }
    }
}
