using System.Globalization;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Runs;

/// <summary>Where no line is cut and no node stands still, no node ever knows of two changes of the ring at once.</summary>
internal sealed class ChangesWatch(Simulator simulator, SimulatedCluster cluster, RunOptions options)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(50);

    private static readonly FaultKind[] Excuses = [FaultKind.CutBothWays, FaultKind.CutOneWay, FaultKind.Pause];

    private readonly List<string> _violations = [];
    private bool _isOver;

    internal IReadOnlyList<string> Violations => _violations;

    internal bool IsJudging => options.Changes.Kinds.Count > 0 && !options.Faults.Kinds.Intersect(Excuses).Any();

    internal void Start()
    {
        if (IsJudging)
        {
            simulator.Schedule(LooksEvery, null, Look);
        }
    }

    internal void End() => _isOver = true;

    private void Look()
    {
        if (_isOver || _violations.Count > 0)
        {
            return;
        }

        foreach (var node in cluster.Nodes.Where(node => node.IsUp))
        {
            if (node.Engine!.Membership.Current.Changing is { Length: > 1 } changing)
            {
                var all = string.Join(", ", changing.Select(record => $"{record.NodeId} {record.State}/{record.Phase}"));
                _violations.Add(string.Create(
                    CultureInfo.InvariantCulture, $"ChangesWatch: at {simulator.Now.TotalSeconds:F3} s {node.NodeId} knows of more than one change of the ring: {all}."));
                return;
            }
        }

        simulator.Schedule(LooksEvery, null, Look);
    }
}
