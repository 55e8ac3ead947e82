using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Clients;

/// <summary>The clocks a client was given: the newest of each key, and some older ones that it may use by mistake.</summary>
internal sealed class ClientMemory
{
    private const int ClocksMaxPerKey = 4;

    private readonly Dictionary<Key, List<VersionVector>> _clocks = [];

    internal VersionVector? NewestOf(Key key) => _clocks.TryGetValue(key, out var clocks) ? clocks[^1] : null;

    internal VersionVector? StaleOf(Key key, Random random) => _clocks.TryGetValue(key, out var clocks) ? random.Pick(clocks) : null;

    /// <summary>Takes in what an answer tells, as far as the public API tells it: errors carry no clock.</summary>
    internal void Learn(HistoryEntry entry)
    {
        if (entry.Result is not { Status: OperationStatus.Found or OperationStatus.Created or OperationStatus.Written or OperationStatus.AlreadyExists } result)
        {
            return;
        }

        if (!_clocks.TryGetValue(entry.Key, out var clocks))
        {
            _clocks[entry.Key] = clocks = [];
        }

        clocks.Add(result.Seen);
        if (clocks.Count > ClocksMaxPerKey)
        {
            clocks.RemoveAt(0);
        }
    }
}
