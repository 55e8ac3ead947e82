using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>Changes a key's versions on behalf of a client; must be pure.</summary>
/// <param name="current">What the coordinator holds.</param>
/// <param name="actor">Gives the actor under which the coordinator writes; asked for only by changes that make a new dot.</param>
/// <returns>The changed versions, or null to leave them.</returns>
internal delegate DottedVersionVectorSet? VersionsChange(DottedVersionVectorSet current, Func<Actor> actor);

/// <summary>What came of a write.</summary>
/// <param name="Progress">Who has it.</param>
/// <param name="Versions">What the coordinator holds now.</param>
/// <param name="Applied">False when the change decided to leave the record.</param>
internal sealed record QuorumWriteOutcome(WriteProgress Progress, DottedVersionVectorSet Versions, bool Applied);

/// <summary>
/// Coordinates writes, on a node that is a replica of the key: changes its own record first, as only it may count up its
/// own actor, and when that is on disk sends the resulting record to all other replicas; answers when enough have it on
/// disk (Dynamo, sections 4.4 and 4.5).
/// <para>
/// The record goes out whole and only after it is on the coordinator's disk. Sent earlier or in part, a crash could leave
/// a replica with a count whose predecessors the coordinator no longer knows it made.
/// </para>
/// </summary>
internal sealed class WriteCoordinator(ReplicaSet replicas, IRecordStore store, EpochSource epochs, BackgroundWork background, TimeProvider time)
{
    /// <exception cref="StoreException">The coordinator's own store could not keep the write. Nothing was sent.</exception>
    internal async Task<QuorumWriteOutcome> WriteAsync(ClusterView view, Key key, VersionsChange change, int needed, Deadline deadline)
    {
        var primaries = view.PreferenceListOf(key).Primaries;
        var (versions, applied) = await ChangeOwnAsync(key, change);
        var progress = WriteProgress.Start(primaries.Length, needed).WithAcknowledgement(replicas.SelfId);
        if (!applied)
        {
            return new(progress, versions, applied);
        }

        List<Task<Reply>> pending = [.. primaries.Where(nodeId => nodeId != replicas.SelfId).Select(nodeId => SendAsync(view, nodeId, key, versions, deadline))];
        using var timer = new CancellationTokenSource();
        var timeUp = Task.Delay(deadline.Remaining(time), time, timer.Token);
        while (progress.Verdict == QuorumVerdict.Waiting && !timeUp.IsCompleted)
        {
            await Task.WhenAny([.. pending, timeUp]);
            for (var i = pending.Count - 1; i >= 0; i--)
            {
                if (pending[i].IsCompleted)
                {
                    progress = progress.With(await pending[i]);
                    pending.RemoveAt(i);
                }
            }
        }

        timer.Cancel();
        if (pending.Count > 0)
        {
            // They are on their way and end by the deadline; a stopping node waits for them.
            background.TryStart(() => Task.WhenAll(pending));
        }

        return new(progress, versions, applied);
    }

    private async Task<Reply> SendAsync(ClusterView view, string nodeId, Key key, DottedVersionVectorSet versions, Deadline deadline) =>
        new(nodeId, await replicas.MergeAsync(view, nodeId, key, versions, deadline, CancellationToken.None));

    private async Task<(DottedVersionVectorSet Versions, bool Applied)> ChangeOwnAsync(Key key, VersionsChange change)
    {
        await epochs.EnsureAvailableAsync();
        var changedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var applied = false;
        var stored = await store.ChangeAsync(
            key,
            current =>
            {
                var epoch = current?.Epoch ?? 0;
                var before = current?.Versions ?? DottedVersionVectorSet.Empty;
                var after = change(before, () => new Actor(replicas.SelfId, store.Generation, epoch == 0 ? epoch = epochs.Take() : epoch));
                applied = after is not null;
                return after is null || after.Equals(before) ? current : new StoredRecord(after, epoch, changedAtMs);
            },
            CancellationToken.None);
        return (stored?.Versions ?? DottedVersionVectorSet.Empty, applied);
    }
}
