using DaprDynamo.Cluster.Operations;

namespace DaprDynamo.Simulation.Clients;

/// <summary>All operations of a run in the order in which they began.</summary>
internal sealed class History
{
    private readonly List<HistoryEntry> _entries = [];

    internal IReadOnlyList<HistoryEntry> Entries => _entries;

    /// <summary>The number the next operation will have.</summary>
    internal int NextNumber => _entries.Count + 1;

    internal HistoryEntry Begin(string client, string nodeId, KeyOperation operation, TimeSpan now, TimeSpan timeout)
    {
        var entry = new HistoryEntry(NextNumber, client, nodeId, operation, now, timeout);
        _entries.Add(entry);
        return entry;
    }
}
