using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Statistics;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>
/// One record on its way to all replicas of its key. In place of a suspect, of a replica that fails, and while the quorum
/// waits also of one that takes longer than the longest hedge delay, the next member of the walk keeps it with a hint (Dynamo, section 4.6). A replica that
/// says that it has too much to do gets no stand-in: more work is not what helps then. When enough have it is
/// <see cref="WriteProgress"/>'s decision.
/// </summary>
internal sealed class QuorumWrite
{
    /// <summary>How long a hint may take when the client's own time is over.</summary>
    private static readonly TimeSpan LateHintTimeout = TimeSpan.FromSeconds(5);

    private readonly ReplicaSet _replicas;
    private readonly NodeStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly ClusterView _view;
    private readonly Key _key;
    private readonly DottedVersionVectorSet _versions;
    private readonly long _knownSince;
    private readonly Deadline _deadline;
    private readonly StandIns _standIns;
    private readonly List<Attempt> _pending = [];

    /// <param name="replicas">Sends.</param>
    /// <param name="statistics">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="view">The cluster.</param>
    /// <param name="own">What the coordinator has on its disk already, and for which replica.</param>
    /// <param name="knownSince">A moment before the record was read from anywhere, a timestamp.</param>
    /// <param name="needed">How many replicas must be served.</param>
    /// <param name="sloppy">Whether others may stand in.</param>
    /// <param name="deadline">By when.</param>
    internal QuorumWrite(
        ReplicaSet replicas,
        NodeStatistics statistics,
        TimeProvider time,
        ClusterView view,
        (Key Key, DottedVersionVectorSet Versions, string ServesId) own,
        long knownSince,
        int needed,
        bool sloppy,
        Deadline deadline)
    {
        (_replicas, _statistics, _time, _view, _knownSince, _deadline) = (replicas, statistics, time, view, knownSince, deadline);
        (_key, _versions, var servedId) = own;
        var list = view.PreferenceListOf(_key);
        _standIns = new StandIns(list, replicas.Detector, replicas.SelfId, sloppy);
        _standIns.Without(replicas.SelfId);
        Progress = WriteProgress.Start(view.WriteGroupsOf(_key), needed).WithAcknowledgement(servedId, replicas.SelfId);
        foreach (var replicaId in Progress.ReplicaIds)
        {
            // While the key moves, those that gain it or lose it are replicas too, and stand in for nobody.
            _standIns.Without(replicaId);
        }

        foreach (var replicaId in Progress.ReplicaIds.Where(nodeId => nodeId != servedId))
        {
            Begin(replicaId);
        }
    }

    internal WriteProgress Progress { get; private set; }

    /// <summary>Whether some replicas are neither served nor given up.</summary>
    internal bool HasMoreToDo => _pending.Count > 0;

    /// <summary>Completes when enough replicas are served, enough no longer can be, or the deadline has come.</summary>
    internal async Task RunAsync()
    {
        while (Progress.Verdict == QuorumVerdict.Waiting && _deadline.Remaining(_time) > TimeSpan.Zero)
        {
            await NextAsync(Patience());
            await TakeAnswersAsync();
            if (Progress.Verdict == QuorumVerdict.Waiting)
            {
                HedgeSlowOnes();
            }
        }
    }

    /// <summary>Sees to the replicas that are still open, the client having its answer: each is served or given up in the end.</summary>
    internal async Task DrainAsync()
    {
        while (_pending.Count > 0)
        {
            await Task.WhenAny(_pending.Select(attempt => attempt.Answer));
            await TakeAnswersAsync();
        }
    }

    private void Begin(string replicaId)
    {
        if (_replicas.Detector.IsSuspect(replicaId) && TrySendHint(replicaId))
        {
            return;
        }

        var answer = _replicas.MergeAsync(_view, replicaId, _key, _versions, MergeCause.Write, _knownSince, _deadline);
        _pending.Add(new Attempt(replicaId, replicaId, answer, _time.GetTimestamp()));
    }

    private bool TrySendHint(string replicaId, bool isHedge = false)
    {
        if (_standIns.Next() is not { } standInId)
        {
            return false;
        }

        _statistics.CountStandIn();
        var left = _deadline.Remaining(_time);
        var deadline = left > TimeSpan.Zero && Progress.Verdict == QuorumVerdict.Waiting ? _deadline : Deadline.After(LateHintTimeout, _time);
        var answer = _replicas.StoreHintAsync(_view, standInId, replicaId, _key, _versions, _knownSince, deadline, isHedge);
        _pending.Add(new Attempt(replicaId, standInId, answer, _time.GetTimestamp()));
        return true;
    }

    private async Task TakeAnswersAsync()
    {
        foreach (var attempt in _pending.Where(attempt => attempt.Answer.IsCompleted).ToList())
        {
            _pending.Remove(attempt);
            var answer = await attempt.Answer;
            if (answer is ReplicaMerged)
            {
                Progress = Progress.WithAcknowledgement(attempt.ReplicaId, attempt.HolderId);
            }
            else if (!Progress.Holders.ContainsKey(attempt.ReplicaId) && !_pending.Exists(other => other.ReplicaId == attempt.ReplicaId)
                && (answer is PeerFailure { Kind: PeerFailureKind.Overloaded } || !TrySendHint(attempt.ReplicaId)))
            {
                Progress = Progress.WithGivenUp(attempt.ReplicaId);
            }
        }
    }

    /// <summary>Gives each replica that is slow a stand-in, one at a time.</summary>
    private void HedgeSlowOnes()
    {
        foreach (var attempt in _pending.Where(attempt => attempt.MayHedge && IsSlow(attempt)).ToList())
        {
            attempt.MayHedge = false;
            if (TrySendHint(attempt.ReplicaId, isHedge: true))
            {
                _statistics.CountHedge();
            }
        }
    }

    private bool IsSlow(Attempt attempt) => _time.GetElapsedTime(attempt.StartedAt) >= _replicas.Detector.HedgeDelayMax;

    private async Task NextAsync(TimeSpan patience)
    {
        if (!_pending.Exists(attempt => attempt.Answer.IsCompleted))
        {
            using var timer = new CancellationTokenSource();
            await Task.WhenAny([.. _pending.Select(attempt => attempt.Answer), Task.Delay(patience, _time, timer.Token)]);
            timer.Cancel();
        }
    }

    private TimeSpan Patience()
    {
        var patience = _deadline.Remaining(_time);
        foreach (var attempt in _pending.Where(attempt => attempt.MayHedge))
        {
            var left = _replicas.Detector.HedgeDelayMax - _time.GetElapsedTime(attempt.StartedAt);
            patience = left < patience ? left : patience;
        }

        // Timers cut off what is beyond whole milliseconds: without this, the last of them is waited for in a busy loop.
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(patience.TotalMilliseconds)));
    }

    private sealed class Attempt(string replicaId, string holderId, Task<PeerAnswer> answer, long startedAt)
    {
        public string ReplicaId => replicaId;

        public string HolderId => holderId;

        public Task<PeerAnswer> Answer => answer;

        public long StartedAt => startedAt;

        public bool MayHedge { get; set; } = true;
    }
}
