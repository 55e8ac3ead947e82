using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>All that is known of the writes and deletes of one key.</summary>
internal sealed class KeyHistory
{
    private readonly Dictionary<Dot, KnownWrite> _writes = [];

    private readonly List<KnownWrite> _newestFirst = [];

    /// <summary>The newest operations first: what replaces a write is mostly found among them.</summary>
    internal IReadOnlyList<KnownWrite> Writes => _newestFirst;

    internal List<IssuedDelete> Deletes { get; } = [];

    internal void Add(KnownWrite write)
    {
        if (_writes.TryAdd(write.Dot, write))
        {
            var place = _newestFirst.FindIndex(other => other.Entry.Number < write.Entry.Number);
            _newestFirst.Insert(place < 0 ? _newestFirst.Count : place, write);
        }
    }

    internal KnownWrite? Find(Dot dot) => _writes.GetValueOrDefault(dot);

    internal bool IsDeleted(KnownWrite write) => Deletes.Exists(delete => delete.Covers(write));

    /// <summary>
    /// Whether a write may be gone: a delete that was issued covers it, or another write replaced it that is itself
    /// there, or may itself be gone.
    /// </summary>
    internal bool IsJustifiedGone(KnownWrite write, Func<Dot, bool> isThere) => IsJustifiedGone(write, isThere, []);

    private bool IsJustifiedGone(KnownWrite write, Func<Dot, bool> isThere, HashSet<Dot> asked)
    {
        // What was asked before has found nothing: asking again would find no more.
        if (!asked.Add(write.Dot))
        {
            return false;
        }

        // Far more often than not what replaced a write is there itself: the long way round only when nothing else is left.
        return IsDeleted(write)
            || _newestFirst.Exists(other => isThere(other.Dot) && other.Replaces(write.Dot))
            || _newestFirst.Exists(other => other.Replaces(write.Dot) && IsJustifiedGone(other, isThere, asked));
    }
}
