using System.Globalization;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Checkers;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Runs;

/// <summary>
/// One run of one seed, on the caller's thread: (1) the cluster starts, (2) clients work while mishaps befall it,
/// (3) everything heals and replicas must become equal, (4) a long quiet time passes in which late messages arrive and
/// tombstones may be reaped, (5) all nodes stop in good order, and (6) what is left is held against every invariant.
/// </summary>
internal sealed class SimulationRun
{
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WorkTimeMax = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ChangesTimeMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LooksInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(12);

    private readonly RunOptions _options;
    private readonly Simulator _simulator;
    private readonly SimulatedCluster _cluster;
    private readonly History _history = new();
    private readonly FaultInjector _faults;
    private readonly Operator _operator;
    private readonly StepCrashes _stepCrashes;
    private readonly CopiesWatch _copies;
    private readonly ChangesWatch _changes;
    private readonly ClientLine _line;
    private readonly Auditor _auditor;
    private readonly IReadOnlyList<SimulatedClient> _clients;
    private readonly List<ClusterSnapshot> _snapshots = [];
    private readonly List<string> _violations = [];
    private TimeSpan _quietSince = TimeSpan.MaxValue;
    private IReadOnlyList<IdleNode> _idleNodes = [];
    private IReadOnlyList<IdleNode> _stoppedNodes = [];

    private SimulationRun(RunOptions options, RunTrace trace)
    {
        var streams = new SeedStreams(options.Seed);
        _options = options;
        _simulator = new Simulator(trace);
        _cluster = new SimulatedCluster(_simulator, options, streams);
        _faults = new FaultInjector(_simulator, _cluster, options.Faults, streams.Open("faults"));
        _operator = new Operator(_simulator, _cluster, options, streams.Open("operator"));
        _stepCrashes = new StepCrashes(_simulator, _cluster, options, streams.Open("crashes at steps"));
        _line = new ClientLine(_simulator, _cluster, _history, streams.Open("client line"));
        List<Key> keys = [.. Enumerable.Range(1, options.Clients.Keys).Select(number => Key.FromText($"key-{number}"))];
        var work = new WorkLeft(options.Clients.Operations);
        _copies = new CopiesWatch(_simulator, _cluster, options, _history);
        _changes = new ChangesWatch(_simulator, _cluster, options);
        _auditor = new Auditor(_simulator, _cluster, _line, keys);
        _clients =
        [
            .. Enumerable.Range(1, options.Clients.Clients).Select(number => new SimulatedClient(
                $"client-{number}", _simulator, _line, _cluster, options, keys, work, streams.Open($"client {number}"))),
        ];
    }

    /// <summary>Runs a seed with the options it draws.</summary>
    internal static RunResult Execute(long seed, RunTrace? trace = null) => Execute(RunOptionsDraw.Of(seed), trace);

    /// <summary>Runs with given options.</summary>
    internal static RunResult Execute(RunOptions options, RunTrace? trace = null)
    {
        var caller = SynchronizationContext.Current;
        try
        {
            return new SimulationRun(options, trace ?? RunTrace.None).Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(caller);
        }
    }

    private RunResult Run()
    {
        _ = Start() && Work() && Converge("after healing") && BeQuiet() && Converge("after the quiet time") && Rest() && Stop();
        _violations.InsertRange(0, _simulator.Failures);
        foreach (var node in _cluster.Nodes)
        {
            node.CountEngine();
        }

        _violations.AddRange([.. _copies.Violations, .. _changes.Violations]);
        var toCheck = ToCheck();
        if (!_simulator.HasFailed)
        {
            _violations.AddRange(AllCheckers.Check(toCheck));
        }

        return new RunResult(_options)
        {
            Violations = _violations,
            Digest = _simulator.Digest.Value,
            SimulatedTime = _simulator.Now,
            Events = _simulator.EventsRun,
            Operations =
            [
                .. _history.Entries.Where(entry => entry.Client != DeletedDataStaysDeleted.Auditor)
                    .GroupBy(entry => entry.Result?.Status).Select(group => (group.Key, group.Count())),
            ],
            Faults = _faults.Counts,
            Network = _cluster.Network.Counts,
            Disks = _cluster.DiskCounts,
            Engines = _cluster.EngineCounts.Counts,
            Changes = new Dictionary<string, long>([.. _operator.Counts, .. _stepCrashes.Counts], StringComparer.Ordinal),
            Judged = _simulator.HasFailed ? JudgedCounts.None : JudgedCounts.Of(toCheck, _copies, _changes),
        };
    }

    private bool Start()
    {
        foreach (var node in _cluster.Nodes)
        {
            node.Start();
        }

        return Require(
            _simulator.RunUntil(() => _cluster.AllUp && _cluster.Nodes.All(node => node.Engine!.Trouble is null), StartTimeMax, _options.EventsMax),
            "The cluster did not start.");
    }

    private bool Work()
    {
        _faults.Start();
        _operator.Start();
        _stepCrashes.Start();
        _copies.Start();
        _changes.Start();
        foreach (var client in _clients)
        {
            client.Start();
        }

        var done = _simulator.RunUntil(() => _clients.All(client => client.IsDone), WorkTimeMax, _options.EventsMax);
        _faults.HealAll();
        _operator.EndSettingGoing();
        _stepCrashes.End();
        _simulator.Trace.Write(_simulator.NowTicks, "run", $"everything heals");
        return Require(done, "The clients' work did not end.");
    }

    /// <summary>Lets time pass until all replicas are equal and no hints are left, and then reads every key through every node.</summary>
    private bool Converge(string moment)
    {
        var (rests, converged) = (false, false);
        Look();
        // Members that come and go one after the other take their time, and replicas become equal after that.
        _simulator.RunUntil(() => rests, ChangesTimeMax, _options.EventsMax);
        _simulator.RunUntil(() => converged, _options.ConvergenceTimeMax, _options.EventsMax);
        _copies.End();
        _changes.End();
        var gaveUp = !converged;
        if (_simulator.HasFailed)
        {
            return false;
        }

        if (gaveUp)
        {
            var down = string.Join(", ", _cluster.Nodes.Where(node => !node.IsUp).Select(node => node.NodeId));
            _violations.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The cluster did not converge {moment} within {_options.ConvergenceTimeMax.TotalSeconds} s. Down: [{down}]. {DescribeMembership()} {Differences(moment).FirstOrDefault()}"));
        }

        _snapshots.Add(_auditor.LookAtDisks(moment));
        _auditor.ReadAllKeys(_cluster.Nodes);
        return Require(
            _simulator.RunUntil(() => _auditor.ReadsUnderWay == 0, StartTimeMax, _options.EventsMax), $"The reads {moment} did not end.") && !gaveUp;

        void Look()
        {
            rests = _cluster.IsAtRest && _operator.IsDone;
            converged = rests && _auditor.ReadsUnderWay == 0 && Differences(moment).Count == 0;
            if (!converged)
            {
                _simulator.Schedule(LooksInterval, null, Look);
            }
        }
    }

    /// <summary>Longer than any message lives and any tombstone must be kept.</summary>
    private bool BeQuiet()
    {
        _simulator.Trace.Write(_simulator.NowTicks, "run", $"a quiet time begins");
        _simulator.RunFor(_options.Network.MessageLifetime + TimeSpan.FromMilliseconds(_options.Engine.MessageLifetimeMs + (2 * _options.Engine.TombstoneGraceMs)) + RestTime, _options.EventsMax);
        _quietSince = _simulator.Now;
        return !_simulator.HasFailed;
    }

    /// <summary>Nothing is asked of the nodes any more: whatever they still do they do by themselves.</summary>
    private bool Rest()
    {
        var idle = _cluster.Nodes.ToDictionary(node => node.NodeId, _ => false);
        foreach (var node in _cluster.Nodes)
        {
            _simulator.Schedule(TimeSpan.Zero, node.Process, () => _ = WaitUntilIdleAsync(node));
        }

        _simulator.RunFor(RestTime, _options.EventsMax);
        _idleNodes = [.. _cluster.Nodes.Select(node => new IdleNode(node.NodeId, node.Process?.PendingEvents ?? 0, HasBackgroundWork: !idle[node.NodeId]))];
        return !_simulator.HasFailed;

        async Task WaitUntilIdleAsync(SimulatedNode node)
        {
            await node.Engine!.WhenIdleAsync();
            idle[node.NodeId] = true;
        }
    }

    /// <summary>Nodes that have stopped leave nothing behind.</summary>
    private bool Stop()
    {
        _simulator.Trace.Write(_simulator.NowTicks, "run", $"all nodes stop");
        var stopped = 0;
        foreach (var node in _cluster.Nodes)
        {
            _simulator.Schedule(TimeSpan.Zero, node.Process, () => _ = StopAsync(node));
        }

        var done = Require(_simulator.RunUntil(() => stopped == _cluster.Nodes.Count, StartTimeMax, _options.EventsMax), "The nodes did not stop.");
        _simulator.RunFor(RestTime, _options.EventsMax);
        _stoppedNodes = [.. _cluster.Nodes.Select(node => new IdleNode(node.NodeId, node.Process?.PendingEvents ?? 0, HasBackgroundWork: false))];
        return done;

        async Task StopAsync(SimulatedNode node)
        {
            await EngineUnderTest.StopAsync(node.Engine!);
            stopped++;
        }
    }

    private string DescribeMembership() => _cluster.IsAtRest && _operator.IsDone ? "" : string.Join(" ", _cluster.Nodes.Where(node => node.IsUp).Select(node =>
    {
        var view = node.Engine!.Membership.Current;
        var members = view.Members.Values.Select(member => $"{member.NodeId} {member.State}/{member.Phase} {member.Incarnation}.{member.Version}");
        return $"[{node.NodeId} at epoch {view.Epoch}, trouble: {node.Engine.Trouble}, waits for: {node.Engine.ChangeWaitsFor}, sees {string.Join(", ", members)}]";
    }));

    private List<string> Differences(string moment)
    {
        var snapshot = _auditor.LookAtDisks(moment);
        return [.. ReplicasAreEqual.Check(ToCheck(), snapshot).Concat(HintsAreDrained.Check(snapshot)).Take(1)];
    }

    private CheckedRun ToCheck() => new()
    {
        History = _history.Entries,
        Snapshots = _snapshots,
        PrimariesOf = key => _cluster.View.PreferenceListOf(key).Primaries,
        PartitionOf = _cluster.View.Settings.Space.PartitionOf,
        IsStrict = !_options.Engine.SloppyQuorum,
        QuietSince = _quietSince,
        DisksReplaced = _cluster.AllEver.Sum(node => node.DisksReplaced) + (_cluster.IsDiskDestroyed ? 1 : 0),
        IsOnlyTakenOut = _options.Aim == RunAim.TakenOut,
        Quorum = _options.Quorum,
        RingChanges = _operator.Counts.Values.Sum(),
        IsCutOrFrozen = _options.Faults.Kinds.Intersect([FaultKind.CutBothWays, FaultKind.CutOneWay, FaultKind.Pause]).Any(),
        IdleNodes = _idleNodes,
        StoppedNodes = _stoppedNodes,
        MessagesUnderWay = _cluster.Network.MessagesUnderWay,
        IdleEventsMax = EngineUnderTest.IdleEventsMax,
    };

    private bool Require(bool met, string otherwise)
    {
        if (!met && !_simulator.HasFailed)
        {
            _violations.Add(otherwise);
        }

        return met;
    }
}
