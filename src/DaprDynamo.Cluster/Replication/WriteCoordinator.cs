using DaprDynamo.Cluster.AntiEntropy;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Statistics;
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
/// Coordinates writes: changes the node's own record first, as only it may count up its own actor, and when that is on
/// disk sends the resulting record to all other replicas; answers when enough have it on disk (Dynamo, sections 4.4 and
/// 4.5). A node that keeps no replica of the key, and can reach none, does the same with a hint of its own.
/// <para>
/// The record goes out whole and only after it is on the coordinator's disk. Sent earlier or in part, a crash could leave
/// a replica with a count whose predecessors the coordinator no longer knows it made.
/// </para>
/// </summary>
internal sealed class WriteCoordinator(
    ReplicaSet replicas,
    ObservedRecords records,
    HintBox hints,
    EpochSource epochs,
    BackgroundWork background,
    NodeStatistics statistics,
    TimeProvider time,
    bool sloppy)
{
    /// <exception cref="StoreException">The coordinator's own store could not keep the write. Nothing was sent.</exception>
    internal async Task<QuorumWriteOutcome> WriteAsync(ClusterView view, Key key, VersionsChange change, int needed, Deadline deadline)
    {
        var knownSince = time.GetTimestamp();
        var servesId = ServedBySelf(view, key);
        var (versions, applied) = await OperationTrace.OwnWriteAsync(
            replicas.SelfId, servesId == replicas.SelfId ? null : servesId, () => ChangeOwnAsync(key, servesId, change));
        if (!applied)
        {
            var unchanged = WriteProgress.Start(view.WriteGroupsOf(key), needed).WithAcknowledgement(servesId, replicas.SelfId);
            return new(unchanged, versions, applied);
        }

        var write = new QuorumWrite(replicas, statistics, time, view, (key, versions, servesId), knownSince, needed, sloppy, deadline);
        await write.RunAsync();
        var answered = write.Progress;
        if (write.HasMoreToDo)
        {
            // A stopping node waits for it; anti-entropy makes up for what does not fit.
            background.TryStart(write.DrainAsync);
        }

        return new(answered, versions, applied);
    }

    /// <summary>The replica that the node's own copy counts for: itself, or the first it cannot reach.</summary>
    private string ServedBySelf(ClusterView view, Key key)
    {
        var primaries = view.PreferenceListOf(key).Primaries;
        return view.IsReplica(replicas.SelfId, key) ? replicas.SelfId : primaries.FirstOrDefault(replicas.Detector.IsSuspect, primaries[0]);
    }

    private async Task<(DottedVersionVectorSet Versions, bool Applied)> ChangeOwnAsync(Key key, string servesId, VersionsChange change)
    {
        if (servesId != replicas.SelfId && !await hints.HasRoomAsync())
        {
            throw new StoreBusyException("The node keeps as many hints as it allows itself.");
        }

        await epochs.EnsureAvailableAsync();
        var changedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var applied = false;
        var stored = servesId == replicas.SelfId ? await records.ChangeAsync(key, Changed) : await hints.ChangeAsync(servesId, key, Changed);
        return (stored?.Versions ?? DottedVersionVectorSet.Empty, applied);

        StoredRecord? Changed(StoredRecord? current)
        {
            var epoch = current?.Epoch ?? 0;
            var before = current?.Versions ?? DottedVersionVectorSet.Empty;
            var after = change(before, () => new Actor(replicas.SelfId, records.Generation, epoch == 0 ? epoch = epochs.Take() : epoch));
            applied = after is not null;
            return after is null || after.Equals(before) ? current : new StoredRecord(after, epoch, changedAtMs);
        }
    }
}
