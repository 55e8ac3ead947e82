using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>The records the node keeps for members that could not be reached.</summary>
internal sealed class HintBox(IRecordStore store, long hintsMax)
{
    /// <summary>How many there are for each owner, in the order of their ids.</summary>
    internal async ValueTask<IReadOnlyDictionary<string, long>> CountAsync() =>
        new SortedDictionary<string, long>((await store.CountHintsAsync(CancellationToken.None)).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Whether one more may be taken.</summary>
    internal async ValueTask<bool> HasRoomAsync()
    {
        var sum = 0L;
        foreach (var (_, count) in await CountAsync())
        {
            sum += count;
        }

        return sum < hintsMax;
    }

    /// <summary>All that is kept of a key, whoever it is for.</summary>
    internal async ValueTask<DottedVersionVectorSet> ReadAsync(Key key, CancellationToken cancellationToken)
    {
        var versions = DottedVersionVectorSet.Empty;
        foreach (var ownerId in (await CountAsync()).Keys)
        {
            var hint = await store.ReadHintAsync(ownerId, key, cancellationToken);
            versions = hint is null ? versions : versions.Merge(hint.Versions);
        }

        return versions;
    }

    internal ValueTask<StoredRecord?> ChangeAsync(string ownerId, Key key, RecordChange change) =>
        store.ChangeHintAsync(ownerId, key, change, CancellationToken.None);

    /// <summary>One page of an owner's hints, oldest first.</summary>
    internal ValueTask<IReadOnlyList<Hint>> ReadPageAsync(string ownerId, long afterSequence, int limit, CancellationToken cancellationToken) =>
        store.ReadHintsAsync(ownerId, afterSequence, limit, cancellationToken);

    /// <summary>Lets a hint go that has arrived, unless it has been added to since.</summary>
    internal ValueTask<StoredRecord?> RemoveAsync(string ownerId, Hint arrived) =>
        ChangeAsync(ownerId, arrived.Key, current => current is not null && current.Versions.Equals(arrived.Record.Versions) ? null : current);

    /// <summary>
    /// Whether anything is kept of a key for any of these members. Stands in line with the changes of the hints, so that
    /// one which is on its way to the disk is seen.
    /// </summary>
    internal async ValueTask<bool> HoldsAsync(Key key, IEnumerable<string> ownerIds)
    {
        foreach (var ownerId in ownerIds.Union((await CountAsync()).Keys, StringComparer.Ordinal))
        {
            if (await ChangeAsync(ownerId, key, current => current) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
