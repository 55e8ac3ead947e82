using DaprDynamo.Core.Membership;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Faults;

/// <summary>
/// Lets machines join and leave while clients work, as an operator would: sets a change going, looks after it until it is
/// done, and asks again when a node that was told has crashed since. Changes may overlap; the cluster must line them up.
/// </summary>
internal sealed class Operator(Simulator simulator, SimulatedCluster cluster, RunOptions options, Random random)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(300);

    private readonly List<Func<bool>> _openTasks = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<SimulatedNode> _leavers = [];
    private int _begun;
    private bool _isOver;

    /// <summary>How many changes of each kind were set going.</summary>
    internal IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Whether all that was set going is done.</summary>
    internal bool IsDone => _openTasks.Count == 0;

    internal void Start()
    {
        if (options.Changes.Kinds.Count > 0)
        {
            ScheduleNext();
            simulator.Schedule(LooksEvery, null, LookAfterTasks);
        }
    }

    /// <summary>Sets nothing new going; what is going is still looked after.</summary>
    internal void EndSettingGoing() => _isOver = true;

    private void ScheduleNext() => simulator.Schedule(random.Exponential(options.Changes.Interval), null, () =>
    {
        if (_isOver || _begun >= options.Changes.CountMax)
        {
            return;
        }

        var kind = random.Pick(options.Changes.Kinds);
        if (TryBegin(kind))
        {
            _begun++;
            _counts[kind.ToString()] = _counts.GetValueOrDefault(kind.ToString()) + 1;
            simulator.Digest.Add((int)kind);
            simulator.Trace.Write(simulator.NowTicks, "operator", $"{kind}");
        }

        ScheduleNext();
    });

    private void LookAfterTasks()
    {
        _openTasks.RemoveAll(isDone => isDone());
        simulator.Schedule(LooksEvery, null, LookAfterTasks);
    }

    private bool TryBegin(ChangeKind kind)
    {
        var settled = cluster.Nodes.Where(node => IsReady(node) && !_leavers.Contains(node)).ToList();
        switch (kind)
        {
            case ChangeKind.Join:
                Join(null);
                return true;
            case ChangeKind.JoinTwo:
                Join(null);
                Join(null);
                return true;
            case ChangeKind.Leave when settled.Count > (options.Changes.MembersMin ?? options.Quorum.Replicas):
                var leaver = random.Pick(settled);
                _leavers.Add(leaver);
                _openTasks.Add(() => HasLeft(leaver));
                return true;
            case ChangeKind.Remove or ChangeKind.Replace when settled.Count > options.Quorum.Replicas && !cluster.IsDiskDestroyed:
                cluster.IsDiskDestroyed = true;
                var dead = random.Pick(settled);
                cluster.Retire(dead);
                if (kind == ChangeKind.Replace)
                {
                    Join(dead.NodeId);
                }

                _openTasks.Add(() => IsGone(dead, mayRemove: kind == ChangeKind.Remove));
                return true;
            case ChangeKind.Rebalance:
                Tell(random.Pick(cluster.Nodes), node => _ = RebalanceAsync(node));
                return true;
            default:
                return false;
        }
    }

    private void Join(string? replaces)
    {
        var node = cluster.Add(replaces);
        node.Start();
        _openTasks.Add(() => IsReady(node) || cluster.Retired.Contains(node));
    }

    /// <summary>Tells a member to leave until it has, and then takes its machine away.</summary>
    private bool HasLeft(SimulatedNode leaver)
    {
        if (cluster.Retired.Contains(leaver))
        {
            return true;
        }

        if (leaver.IsUp && leaver.Engine!.HasLeft)
        {
            cluster.Retire(leaver);
            return true;
        }

        Tell(leaver, node => node.Engine!.Leave());
        return false;
    }

    private bool IsGone(SimulatedNode dead, bool mayRemove)
    {
        var up = cluster.Nodes.Where(node => node.IsUp).ToList();
        if (up.Count > 0 && cluster.View.Members.TryGetValue(dead.NodeId, out var record) && !record.IsPresent)
        {
            return true;
        }

        if (mayRemove && up.Count > 0 && cluster.View.Members[dead.NodeId] is { IsRemoved: false })
        {
            Tell(random.Pick(up), node => _ = RemoveAsync(node, dead.NodeId));
        }

        return false;
    }

    private static bool IsReady(SimulatedNode node) => node.IsUp && RecordOf(node) is { State: MemberState.Ready, Phase: ChangePhase.None };

    private static MemberRecord? RecordOf(SimulatedNode node) => node.Engine?.Membership.Current.Members.GetValueOrDefault(node.NodeId);

    private void Tell(SimulatedNode node, Action<SimulatedNode> what)
    {
        if (node.IsUp)
        {
            simulator.Schedule(TimeSpan.Zero, node.Process, () =>
            {
                if (node.IsUp)
                {
                    what(node);
                }
            });
        }
    }

    private async Task RemoveAsync(SimulatedNode node, string deadId)
    {
        var objection = await node.Engine!.RemoveAsync(deadId, isForced: false);
        simulator.Trace.Write(simulator.NowTicks, "operator", $"{node.NodeId} on the removal of {deadId}: {objection ?? "begun"}");
    }

    private async Task RebalanceAsync(SimulatedNode node)
    {
        var (taker, objection) = await node.Engine!.RebalanceAsync();
        simulator.Trace.Write(simulator.NowTicks, "operator", $"{node.NodeId} on rebalancing: {taker ?? objection ?? "even"}");
    }
}
