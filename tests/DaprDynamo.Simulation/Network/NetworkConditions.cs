namespace DaprDynamo.Simulation.Network;

/// <summary>What is wrong with the network at the moment.</summary>
internal sealed class NetworkConditions
{
    private readonly List<(IReadOnlySet<string> From, IReadOnlySet<string> To)> _cuts = [];
    private readonly Dictionary<string, TimeSpan> _slow = new(StringComparer.Ordinal);

    /// <summary>Whether messages are lost and doubled at the run's usual rates.</summary>
    internal bool IsUnreliable { get; set; }

    /// <summary>Added to the run's loss probability.</summary>
    internal double ExtraLoss { get; set; }

    internal bool HasCuts => _cuts.Count > 0;

    internal bool IsCut(string from, string to) => _cuts.Exists(cut => cut.From.Contains(from) && cut.To.Contains(to));

    /// <summary>No message from one set of nodes reaches the other. Undone by the action that is returned.</summary>
    internal Action Cut(IReadOnlySet<string> from, IReadOnlySet<string> to)
    {
        var cut = (from, to);
        _cuts.Add(cut);
        return () => _cuts.Remove(cut);
    }

    /// <summary>How much longer messages take from or to a node.</summary>
    internal TimeSpan SlownessOf(string nodeId) => _slow.GetValueOrDefault(nodeId);

    internal Action Slow(string nodeId, TimeSpan by)
    {
        _slow[nodeId] = by;
        return () => _slow.Remove(nodeId);
    }

    internal void Heal()
    {
        _cuts.Clear();
        _slow.Clear();
        IsUnreliable = false;
        ExtraLoss = 0;
    }
}
