using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Operations;

/// <summary>
/// Carries out clients' operations on a replica of their key: which reads and writes each verb is made of, and what
/// their outcomes mean to the client.
/// </summary>
internal sealed class KeyOperations(ReadCoordinator reads, WriteCoordinator writes, string selfId, RecordLimits limits, NodeStatistics statistics, ILogger logger)
{
    internal async Task<OperationResult> ExecuteAsync(
        ClusterView view, KeyOperation operation, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return operation switch
            {
                GetKey get => await GetAsync(view, get, deadline, cancellationToken),
                CreateKey create => await CreateAsync(view, create, deadline, cancellationToken),
                PutKey put => await PutAsync(view, put, deadline),
                DeleteKey delete => await DeleteAsync(view, delete, deadline, cancellationToken),
                _ => throw new ArgumentException($"Unknown operation {operation.GetType().Name}.", nameof(operation)),
            };
        }
        catch (StoreException failure)
        {
            var status = failure switch
            {
                StoreFullException => OperationStatus.StoreFull,
                StoreBusyException => OperationStatus.Overloaded,
                _ => OperationStatus.Failed,
            };
            logger.LogWarning(failure, "The store could not serve key {KeyHash}", operation.Key.HashText);
            return new OperationResult(status, selfId);
        }
    }

    private async Task<OperationResult> GetAsync(ClusterView view, GetKey get, Deadline deadline, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(view, get, deadline, cancellationToken);
        if (read.Verdict == QuorumVerdict.Reached && read.Merged.Siblings.Length > 1)
        {
            statistics.CountReadWithSiblings();
        }

        return ResultOf(view, get.Key, read, read.Merged.IsLive ? OperationStatus.Found : OperationStatus.NotFound);
    }

    private async Task<OperationResult> CreateAsync(ClusterView view, CreateKey create, Deadline deadline, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(view, create, deadline, cancellationToken);
        if (read.Verdict != QuorumVerdict.Reached || read.Merged.IsLive)
        {
            return ResultOf(view, create.Key, read, OperationStatus.AlreadyExists);
        }

        // What the quorum had seen is deleted. A value that this replica alone has, or has just got, is not:
        // of two creates at one coordinator the second finds the first.
        var seen = read.Merged.Context;
        Dot dot = default;
        var outcome = await writes.WriteAsync(
            view,
            create.Key,
            (current, actor) => current.Siblings.All(sibling => seen.Contains(sibling.Dot))
                ? current.Write(seen, actor(), create.Value, out dot)
                : null,
            WriteQuorumOf(view, create),
            deadline);
        return outcome.Applied
            ? ResultOf(outcome, OperationStatus.Created, seen.With(dot))
            : ResultOf(outcome, OperationStatus.AlreadyExists, outcome.Versions.Context);
    }

    private async Task<OperationResult> PutAsync(ClusterView view, PutKey put, Deadline deadline)
    {
        Dot dot = default;
        var outcome = await writes.WriteAsync(
            view,
            put.Key,
            (current, actor) =>
            {
                var written = current.Write(put.Context, actor(), put.Value, out dot);
                return limits.Allow(written) ? written : null;
            },
            WriteQuorumOf(view, put),
            deadline);
        return outcome.Applied
            ? ResultOf(outcome, OperationStatus.Written, put.Context.With(dot))
            : new OperationResult(OperationStatus.TooManySiblings, selfId) { Versions = outcome.Versions };
    }

    private async Task<OperationResult> DeleteAsync(ClusterView view, DeleteKey delete, Deadline deadline, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(view, delete, deadline, cancellationToken);
        if (read.Verdict != QuorumVerdict.Reached || !read.Merged.IsLive)
        {
            return ResultOf(view, delete.Key, read, OperationStatus.NotFound);
        }

        var seen = delete.Context ?? read.Merged.Context;
        var outcome = await writes.WriteAsync(
            view,
            delete.Key,
            (current, _) => current.Delete(seen),
            WriteQuorumOf(view, delete),
            deadline);
        return ResultOf(outcome, OperationStatus.Deleted, seen);
    }

    private Task<ReadProgress> ReadAsync(ClusterView view, KeyOperation operation, Deadline deadline, CancellationToken cancellationToken) =>
        reads.ReadAsync(view, operation.Key, ReadQuorumOf(view, operation), deadline, cancellationToken);

    /// <summary>More than N counts as N, also where the cluster is so small that N is all its members.</summary>
    private static int ReadQuorumOf(ClusterView view, KeyOperation operation) => Math.Min(
        view.Settings.Quorum.Needed(operation.Quorum, view.Settings.Quorum.ReadQuorum), view.PreferenceListOf(operation.Key).Primaries.Length);

    /// <summary>Not cut to the replicas there are: while a small cluster grows, there are more where the key goes than where reads look.</summary>
    private static int WriteQuorumOf(ClusterView view, KeyOperation operation) =>
        view.Settings.Quorum.Needed(operation.Quorum, view.Settings.Quorum.WriteQuorum);

    private OperationResult ResultOf(ClusterView view, Key key, ReadProgress read, OperationStatus whenReached) =>
        new(read.Verdict == QuorumVerdict.Reached ? whenReached : OperationStatus.QuorumNotReached, selfId)
        {
            Versions = read.Merged,
            Seen = read.Merged.Context,
            Answered = [.. read.Answers.Select(answer => answer.NodeId)],
            Needed = read.Needed,
            Replicas = view.PreferenceListOf(key).Primaries.Length,
        };

    private OperationResult ResultOf(QuorumWriteOutcome write, OperationStatus whenReached, VersionVector seen) =>
        new(write.Progress.Verdict == QuorumVerdict.Reached || !write.Applied ? whenReached : OperationStatus.QuorumNotReached, selfId)
        {
            Versions = write.Versions,
            Seen = seen,
            Answered = write.Progress.Acknowledged,
            Needed = Math.Min(write.Progress.Needed, write.Progress.Replicas),
            Replicas = write.Progress.Replicas,
        };
}
