using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Clients;

/// <summary>A client that does one thing after the other through whichever node it likes, until there is nothing left to do.</summary>
internal sealed class SimulatedClient(
    string name, Simulator simulator, ClientLine line, SimulatedCluster cluster, RunOptions run, IReadOnlyList<Key> keys, WorkLeft work, Random random)
{
    private readonly ClientMemory _memory = new();

    private ClientOptions Options => run.Clients;

    internal bool IsDone { get; private set; }

    internal void Start() => simulator.Schedule(random.Exponential(Options.ThinkTimeMean), null, DoNext);

    private void DoNext()
    {
        if (!work.TryTake())
        {
            IsDone = true;
            return;
        }

        // Clients have found out which nodes are up; sometimes they are wrong.
        var up = cluster.Nodes.Where(node => node.IsUp).ToList();
        var node = random.Pick(up.Count > 0 && !random.Chance(0.02) ? up : cluster.Nodes);
        var timeout = random.Between(Options.TimeoutMin, Options.TimeoutMax);
        TimeSpan? abandonAfter = random.Chance(Options.AbandonProbability) ? random.Between(TimeSpan.Zero, timeout) : null;
        line.Send(name, node, Draw(), timeout, abandonAfter, entry =>
        {
            _memory.Learn(entry);
            Start();
        });
    }

    private KeyOperation Draw()
    {
        var key = random.Pick(keys);
        var value = HistoryEntry.ValueOf(line.History.NextNumber);
        var kind = random.NextDouble();
        if ((kind -= Options.GetShare) < 0)
        {
            return new GetKey(key, Override(1));
        }

        if ((kind -= Options.CreateShare) < 0)
        {
            return new CreateKey(key, Override(Options.WriteQuorumMin), value);
        }

        if (kind - Options.DeleteShare < 0)
        {
            return new DeleteKey(key, Override(Options.WriteQuorumMin), random.Chance(0.6) ? Context(key) : null);
        }

        // Without a clock a client reads first; only the careless write blindly.
        var context = random.Chance(Options.BlindWriteProbability) ? VersionVector.Empty : Context(key);
        return context is null ? new GetKey(key, Override(1)) : new PutKey(key, Override(Options.WriteQuorumMin), value, context);
    }

    private VersionVector? Context(Key key) => random.Chance(Options.StaleClockProbability) ? _memory.StaleOf(key, random) : _memory.NewestOf(key);

    private int? Override(int min) => random.Chance(Options.QuorumOverrideProbability) ? random.Next(min, run.Quorum.Replicas + 2) : null;
}

/// <summary>How many operations the clients of a run have still to begin.</summary>
internal sealed class WorkLeft(int operations)
{
    private int _left = operations;

    internal bool TryTake() => _left-- > 0;
}
