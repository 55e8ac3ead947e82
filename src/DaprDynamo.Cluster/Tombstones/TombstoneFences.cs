using System.Collections.Concurrent;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Tombstones;

/// <summary>
/// The tombstones that are being reaped, for as long as something older than them may still be on its way: what arrives for
/// their keys is merged with them first, so that it can no longer hold a value that they delete. In memory: after a restart
/// nothing from before it is taken at all.
/// </summary>
internal sealed class TombstoneFences(TimeProvider time, TimeSpan duration, int sizeMax = 50_000)
{
    private readonly ConcurrentDictionary<Key, Fence> _fences = new();

    internal int Count => _fences.Count;

    /// <summary>Raises a fence, or the one that is there again; false when there are too many.</summary>
    internal bool TryRaise(Tombstone tombstone)
    {
        if (_fences.Count >= sizeMax)
        {
            DropOld();
            if (_fences.Count >= sizeMax)
            {
                return false;
            }
        }

        var fresh = new Fence(tombstone.Versions, time.GetTimestamp());
        _fences.AddOrUpdate(
            tombstone.Key,
            static (_, fresh) => fresh,
            static (_, old, fresh) => fresh with { Versions = old.Versions.Merge(fresh.Versions) },
            fresh);
        return true;
    }

    /// <summary>What may be kept of a record that arrives.</summary>
    internal DottedVersionVectorSet Guard(Key key, DottedVersionVectorSet arriving) =>
        _fences.TryGetValue(key, out var fence) && !IsOver(fence) ? fence.Versions.Merge(arriving) : arriving;

    /// <summary>Forgets the fences whose time is over.</summary>
    internal void DropOld()
    {
        foreach (var pair in _fences)
        {
            if (IsOver(pair.Value))
            {
                _fences.TryRemove(pair);
            }
        }
    }

    private bool IsOver(Fence fence) => time.GetElapsedTime(fence.RaisedAt) > duration;

    private sealed record Fence(DottedVersionVectorSet Versions, long RaisedAt);
}
