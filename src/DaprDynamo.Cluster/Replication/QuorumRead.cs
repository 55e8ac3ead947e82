using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Replication;

/// <summary>
/// One read under way: asks as few replicas as needed, and one more whenever one fails or is slow. Members that stand in
/// for replicas are asked in place of suspects and of replicas that fail; of slow ones only when no replica is left to ask
/// and the longest hedge delay is over, as a stand-in may know less. What the answers amount to is
/// <see cref="ReadProgress"/>'s decision.
/// </summary>
internal sealed class QuorumRead
{
    private readonly ReplicaSet _replicas;
    private readonly NodeStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly ClusterView _view;
    private readonly Key _key;
    private readonly Deadline _deadline;
    private readonly PreferenceList _list;
    private readonly StandIns _standIns;
    private readonly LinkedList<string> _toAsk;
    private readonly List<Task<(string NodeId, PeerAnswer Answer)>> _pending = [];
    private string _lastAsked = "";
    private long _lastAskedAt;

    internal QuorumRead(
        ReplicaSet replicas, NodeStatistics statistics, TimeProvider time, ClusterView view, Key key, int needed, bool sloppy, Deadline deadline)
    {
        (_replicas, _statistics, _time, _view, _key, _deadline) = (replicas, statistics, time, view, key, deadline);
        KnownSince = time.GetTimestamp();
        _list = view.PreferenceListOf(key);
        _standIns = new StandIns(_list, replicas.Detector, replicas.SelfId, sloppy);
        _toAsk = new(replicas.InOrderOfAsking(_list.Primaries));
        Progress = ReadProgress.Start(_list.Primaries.Length, needed);
        foreach (var _ in _list.Primaries.Where(nodeId => nodeId != replicas.SelfId && replicas.Detector.IsSuspect(nodeId)))
        {
            AddStandIn();
        }
    }

    internal ReadProgress Progress { get; private set; }

    /// <summary>A moment before anything was read.</summary>
    internal long KnownSince { get; }

    /// <summary>Whether answers are still to come, or some of those that came are behind the others.</summary>
    internal bool HasMoreToDo => _pending.Count > 0 || Progress.Stale.Any();

    /// <summary>Completes when enough have answered, enough no longer can, or the deadline has come.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Progress.Needed; i++)
        {
            AskNext();
        }

        while (Progress.Verdict == QuorumVerdict.Waiting)
        {
            if (await NextReplyAsync(cancellationToken) is var (nodeId, answer))
            {
                Take(nodeId, answer);
                // One for each that failed; and on, while stand-ins that hold nothing leave the question open.
                if (Progress.Verdict == QuorumVerdict.Waiting && Progress.Answers.Length + _pending.Count < Progress.Needed
                    || (_pending.Count == 0 && Progress.Verdict == QuorumVerdict.Waiting))
                {
                    AskNext();
                }
            }
            else if (_deadline.Remaining(_time) == TimeSpan.Zero)
            {
                return;
            }
            else
            {
                Hedge();
            }
        }
    }

    /// <summary>Takes in the answers that are still to come: each ends by the deadline.</summary>
    internal async Task DrainAsync()
    {
        foreach (var (nodeId, answer) in await Task.WhenAll(_pending))
        {
            Take(nodeId, answer);
        }

        _pending.Clear();
    }

    private void Take(string nodeId, PeerAnswer answer)
    {
        if (answer is ReplicaRead read)
        {
            Progress = Progress.WithAnswer(new MemberVersions(nodeId, read.Versions, _list.Primaries.Contains(nodeId)));
            return;
        }

        if (answer is PeerFailure { Kind: PeerFailureKind.Unreachable or PeerFailureKind.NoAnswer } && _list.Primaries.Contains(nodeId))
        {
            AddStandIn();
        }

        Progress = Progress.WithFailure(nodeId);
    }

    /// <summary>One more to ask, before the suspects.</summary>
    private void AddStandIn()
    {
        if (_standIns.Next() is { } standIn)
        {
            var firstSuspect = _toAsk.First;
            while (firstSuspect is not null && (firstSuspect.Value == _replicas.SelfId || !_replicas.Detector.IsSuspect(firstSuspect.Value)))
            {
                firstSuspect = firstSuspect.Next;
            }

            if (firstSuspect is null)
            {
                _toAsk.AddLast(standIn);
            }
            else
            {
                _toAsk.AddBefore(firstSuspect, standIn);
            }

            Progress = Progress.WithStandIn();
        }
    }

    private void Hedge()
    {
        if (_toAsk.Count == 0)
        {
            AddStandIn();
        }

        if (AskNext(isHedge: true))
        {
            _statistics.CountHedge();
        }
    }

    private bool AskNext(bool isHedge = false)
    {
        if (_toAsk.First is not { } next)
        {
            return false;
        }

        _toAsk.RemoveFirst();
        (_lastAsked, _lastAskedAt) = (next.Value, _time.GetTimestamp());
        _pending.Add(AskAsync(_lastAsked, isHedge));
        return true;
    }

    private async Task<(string NodeId, PeerAnswer Answer)> AskAsync(string nodeId, bool isHedge)
    {
        // Not the client's token: an answer that comes after the client has gone still serves the repair.
        return (nodeId, await _replicas.ReadAsync(_view, nodeId, _key, _deadline, CancellationToken.None, isHedge));
    }

    /// <summary>The next reply; null when it is time to hedge, or the deadline has come.</summary>
    private async Task<(string NodeId, PeerAnswer Answer)?> NextReplyAsync(CancellationToken cancellationToken)
    {
        var arrived = _pending.Find(task => task.IsCompleted);
        if (arrived is null)
        {
            using var timer = new CancellationTokenSource();

            // Not by cancelling the delay: Task.WhenAny ends on a thread of the pool when a delay in it is cancelled.
            var gone = new TaskCompletionSource();
            using var going = cancellationToken.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), gone);
            await Task.WhenAny([.. _pending, gone.Task, Task.Delay(Patience(), _time, timer.Token)]);
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
        var patience = _deadline.Remaining(_time);
        if (_toAsk.Count > 0 || _standIns.Any)
        {
            var replicaIsNext = _toAsk.First is { } next && _list.Primaries.Contains(next.Value);
            var hedge = (replicaIsNext ? _replicas.Detector.HedgeDelay(_lastAsked) : _replicas.Detector.HedgeDelayMax) - _time.GetElapsedTime(_lastAskedAt);
            patience = hedge < patience ? hedge : patience;
        }

        // Timers cut off what is beyond whole milliseconds: without this, the last of them is waited for in a busy loop.
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(patience.TotalMilliseconds)));
    }
}
