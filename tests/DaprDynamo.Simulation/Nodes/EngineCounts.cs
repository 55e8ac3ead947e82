using DaprDynamo.Cluster.Statistics;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>What the engines of a run did, over all their lives: shows that the machinery a run is to test was at work.</summary>
internal sealed class EngineCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Adds what one engine did up to its end.</summary>
    internal void Add(NodeStatistics done)
    {
        Add("hedges", done.Hedges);
        Add("forwards", done.Forwards);
        Add("stand-ins", done.StandIns);
        Add("stand-in coordinations", done.StandInCoordinations);
        Add("hints delivered", done.HintsDelivered);
        Add("hints passed on", done.HintsPassedOn);
        Add("read repairs", done.ReadRepairs);
        Add("exchanges", done.Exchanges);
        Add("exchange repairs", done.ExchangeRepairs);
        Add("tombstones reaped", done.TombstonesReaped);
    }

    private void Add(string name, long count) => _counts[name] = _counts.GetValueOrDefault(name) + count;
}
