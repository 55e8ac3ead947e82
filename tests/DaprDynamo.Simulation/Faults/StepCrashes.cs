using System.Collections.Immutable;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Faults;

/// <summary>
/// Crashes those who take part in a change of the ring at its very steps: the member whose change it is, or one that others
/// copy from. Left to chance, a crash mostly misses the short steps.
/// </summary>
internal sealed class StepCrashes(Simulator simulator, SimulatedCluster cluster, RunOptions options, Random random)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LaterMax = TimeSpan.FromMilliseconds(250);

    // Later steps are reached less often, and the crashes of a run are few.
    private static readonly Dictionary<string, double> Probabilities = new(StringComparer.Ordinal)
    {
        ["New"] = 0.1, ["Prepared"] = 0.15, ["Copying"] = 0.5, ["Switched"] = 0.6, ["Finished"] = 0.5,
    };

    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemberRecord> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _donors = new(StringComparer.Ordinal);
    private readonly HashSet<(string LeaderId, ulong Epoch)> _prepared = [];
    private int _left = options.Changes.CrashesAtSteps;
    private bool _isOver;

    /// <summary>How often who crashed at which step.</summary>
    internal IReadOnlyDictionary<string, long> Counts => _counts;

    internal void Start()
    {
        if (_left > 0)
        {
            cluster.Network.Arriving = NoticePreparation;
            simulator.Schedule(LooksEvery, null, Look);
        }
    }

    internal void End() => _isOver = true;

    private void Look()
    {
        if (_isOver || _left == 0)
        {
            return;
        }

        // A copy: who crashes is no longer among those that are up.
        foreach (var node in cluster.Nodes.Where(node => node.IsUp).ToList())
        {
            var view = node.Engine!.Membership.Current;
            if (view.Members.GetValueOrDefault(node.NodeId) is { IsRemoved: false } own)
            {
                var before = _last.GetValueOrDefault(node.NodeId);
                _last[node.NodeId] = own;
                if (StepBetween(before, own) is { } step)
                {
                    Reached(step, node.NodeId, view);
                }
            }
        }

        simulator.Schedule(LooksEvery, null, Look);
    }

    private static string? StepBetween(MemberRecord? before, MemberRecord now) => now switch
    {
        { State: MemberState.New } when before is not { State: MemberState.New } => "New",
        { Phase: ChangePhase.Copying } when before is not { Phase: ChangePhase.Copying } => "Copying",
        { Phase: ChangePhase.Switched } when before is not { Phase: ChangePhase.Switched } => "Switched",
        { Phase: ChangePhase.None } when before is { Phase: ChangePhase.Switched } => "Finished",
        _ => null,
    };

    /// <summary>All have been asked, or some: nothing stands in a record yet.</summary>
    private void NoticePreparation(PeerRequest request)
    {
        if (!_isOver && _left > 0 && request is PrepareChange prepare && _prepared.Add((prepare.SenderId, prepare.Epoch))
            && cluster.Nodes.FirstOrDefault(node => node.NodeId == prepare.SenderId) is { IsUp: true } leader)
        {
            Reached("Prepared", leader.NodeId, leader.Engine!.Membership.Current.With([prepare.Proposed]));
        }
    }

    private void Reached(string step, string leaderId, ClusterView view)
    {
        if (view.Ring.IsChanging)
        {
            _donors[leaderId] = DonorsOf(view);
        }

        if (!random.Chance(Probabilities[step]))
        {
            return;
        }

        var donors = _donors.GetValueOrDefault(leaderId) ?? [.. view.Present];
        var others = donors.Where(nodeId => nodeId != leaderId).ToList();
        var (victimId, role) = others.Count == 0 || random.Chance(0.5) ? (leaderId, "leader") : (random.Pick(others), "donor");

        // At the very moment, or a little later: a step is more than its beginning.
        var wait = random.Chance(0.5) ? TimeSpan.Zero : random.Between(TimeSpan.Zero, LaterMax);
        simulator.Schedule(wait, null, () => Crash(victimId, step, role));
    }

    private void Crash(string victimId, string step, string role)
    {
        if (_isOver || _left == 0 || cluster.Nodes.FirstOrDefault(node => node.NodeId == victimId) is not { Process: not null } victim)
        {
            return;
        }

        _left--;
        var name = $"crash of {role} at {step}";
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add(name);
        simulator.Trace.Write(simulator.NowTicks, "step", $"{name} ({victimId})");
        victim.Crash();
        victim.StartAfter(random.Between(TimeSpan.FromMilliseconds(20), options.Faults.DurationMax));
    }

    /// <summary>Who keeps less once the change is done.</summary>
    private static IReadOnlyList<string> DonorsOf(ClusterView view) =>
    [
        .. Enumerable.Range(0, view.Settings.Space.Count)
            .SelectMany(partition => view.Ring.From.PreferenceListOf(partition).Primaries.Except(view.Ring.To.PreferenceListOf(partition).Primaries))
            .ToImmutableSortedSet(StringComparer.Ordinal),
    ];
}
