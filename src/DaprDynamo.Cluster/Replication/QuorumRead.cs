using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Replication;

/// <summary>
/// One read under way: asks as few replicas as needed, and one more whenever one fails or is slow. What the answers
/// amount to is <see cref="ReadProgress"/>'s decision.
/// </summary>
internal sealed class QuorumRead(
    ReplicaSet replicas, NodeStatistics statistics, TimeProvider time, ClusterView view, Key key, int needed, Deadline deadline)
{
    private readonly IReadOnlyList<string> _candidates = replicas.InOrderOfAsking(view.PreferenceListOf(key).Primaries);
    private readonly List<Task<Reply>> _pending = [];
    private int _asked;

    internal ReadProgress Progress { get; private set; } = ReadProgress.Start(view.PreferenceListOf(key).Primaries.Length, needed);

    /// <summary>Whether answers are still to come, or some of those that came are behind the others.</summary>
    internal bool HasMoreToDo => _pending.Count > 0 || Progress.Stale.Any();

    /// <summary>Completes when enough have answered, enough no longer can, or the deadline has come.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < needed; i++)
        {
            AskNext();
        }

        while (Progress.Verdict == QuorumVerdict.Waiting)
        {
            if (await NextReplyAsync(cancellationToken) is { } reply)
            {
                Progress = Progress.With(reply);
                if (reply.Answer is PeerFailure && Progress.Verdict == QuorumVerdict.Waiting)
                {
                    AskNext();
                }
            }
            else if (deadline.Remaining(time) == TimeSpan.Zero)
            {
                return;
            }
            else if (AskNext())
            {
                statistics.CountHedge();
            }
        }
    }

    /// <summary>Takes in the answers that are still to come: each ends by the deadline.</summary>
    internal async Task DrainAsync()
    {
        foreach (var reply in await Task.WhenAll(_pending))
        {
            Progress = Progress.With(reply);
        }

        _pending.Clear();
    }

    private bool AskNext()
    {
        if (_asked == _candidates.Count)
        {
            return false;
        }

        _pending.Add(AskAsync(_candidates[_asked++]));
        return true;
    }

    private async Task<Reply> AskAsync(string nodeId)
    {
        // Not the client's token: an answer that comes after the client has gone still serves the repair.
        return new Reply(nodeId, await replicas.ReadAsync(view, nodeId, key, deadline, CancellationToken.None));
    }

    /// <summary>The next reply; null when it is time to hedge, or the deadline has come.</summary>
    private async Task<Reply?> NextReplyAsync(CancellationToken cancellationToken)
    {
        var arrived = _pending.Find(task => task.IsCompleted);
        if (arrived is null)
        {
            using var timer = new CancellationTokenSource();

            // Not by cancelling the delay: Task.WhenAny ends on a thread of the pool when a delay in it is cancelled.
            var gone = new TaskCompletionSource();
            using var going = cancellationToken.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), gone);
            await Task.WhenAny([.. _pending, gone.Task, Task.Delay(Patience(), time, timer.Token)]);
            cancellationToken.ThrowIfCancellationRequested();
            timer.Cancel();
            arrived = _pending.Find(task => task.IsCompleted);
        }

        if (arrived is null)
        {
            return null;
        }

        _pending.Remove(arrived);
        return await arrived;
    }

    private TimeSpan Patience()
    {
        var patience = deadline.Remaining(time);
        if (_asked < _candidates.Count)
        {
            var hedge = replicas.Health.HedgeDelay(_candidates[_asked - 1]);
            patience = hedge < patience ? hedge : patience;
        }

        // Timers cut off what is beyond whole milliseconds: without this, the last of them is waited for in a busy loop.
        return TimeSpan.FromMilliseconds(Math.Ceiling(patience.TotalMilliseconds));
    }
}
