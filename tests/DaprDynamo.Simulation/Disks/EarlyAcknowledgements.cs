using DaprDynamo.Cluster.Storing;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Disks;

/// <summary>A mistake: what was acknowledged of late is not on disk yet, and a crash shows it.</summary>
internal sealed class EarlyAcknowledgements(Simulator simulator, bool isMade)
{
    private static readonly TimeSpan NotYetWritten = TimeSpan.FromMilliseconds(50);

    private readonly List<(TimeSpan At, Action Undo)> _changes = [];

    /// <summary>The change, with a note of how to take it back.</summary>
    internal RecordChange Noting(RecordChange change, Func<StoredRecord?, ValueTask<StoredRecord?>> put) => !isMade
        ? change
        : current =>
        {
            var after = change(current);
            if (!ReferenceEquals(after, current))
            {
                _changes.RemoveAll(noted => simulator.Now - noted.At > NotYetWritten);
                _changes.Add((simulator.Now, () => StoredPages.Now(put(current))));
            }

            return after;
        };

    /// <summary>The crash.</summary>
    internal void ComeOut()
    {
        foreach (var (_, undo) in _changes.Where(noted => simulator.Now - noted.At <= NotYetWritten).Reverse())
        {
            undo();
        }

        _changes.Clear();
    }
}
