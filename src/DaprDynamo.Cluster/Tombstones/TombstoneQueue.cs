using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Tombstones;

/// <summary>
/// The node's tombstones in the order in which they may be reaped. Only a list of keys to look at: whether a key is still
/// deleted shows when its turn comes. Bounded; what does not fit is found again when it has emptied. Safe to use from many
/// threads.
/// </summary>
internal sealed class TombstoneQueue(TimeProvider time, long graceMs, int sizeMax = 200_000)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Key, long> _byDueTime = new();
    private readonly HashSet<Key> _keys = [];
    private bool _overflowed;

    /// <summary>How many wait.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _keys.Count;
            }
        }
    }

    /// <summary>Whether some did not fit, and there is room again.</summary>
    internal bool TakeOverflow()
    {
        lock (_lock)
        {
            var again = _overflowed && _keys.Count < sizeMax / 2;
            _overflowed &= !again;
            return again;
        }
    }

    /// <summary>Adds the key of a tombstone, due when its grace is over; does nothing when the key is there already.</summary>
    internal void Add(Key key, StoredRecord tombstone) => AddDue(key, DueMs(tombstone));

    /// <summary>Adds a key that is to be looked at again later.</summary>
    internal void AddAgain(Key key, TimeSpan after) => AddDue(key, NowMs + (long)after.TotalMilliseconds);

    /// <summary>Whether a tombstone's grace is over.</summary>
    internal bool IsDue(StoredRecord tombstone) => DueMs(tombstone) <= NowMs;

    /// <summary>Takes the keys whose time has come, at most so many.</summary>
    internal List<Key> TakeDue(int limit)
    {
        var due = new List<Key>();
        lock (_lock)
        {
            while (due.Count < limit && _byDueTime.TryPeek(out var key, out var dueMs) && dueMs <= NowMs)
            {
                _byDueTime.Dequeue();
                _keys.Remove(key);
                due.Add(key);
            }
        }

        return due;
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    // A clock that was set back leaves records from the future; they count as changed now, or they would wait for it for ever.
    private long DueMs(StoredRecord tombstone) => Math.Min(tombstone.ChangedAtMs, NowMs) + graceMs;

    private void AddDue(Key key, long dueMs)
    {
        lock (_lock)
        {
            if (_keys.Count >= sizeMax)
            {
                _overflowed = true;
            }
            else if (_keys.Add(key))
            {
                _byDueTime.Enqueue(key, dueMs);
            }
        }
    }
}
