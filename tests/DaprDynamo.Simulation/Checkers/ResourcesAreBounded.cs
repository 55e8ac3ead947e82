namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Resources stay bounded: a context names no more actors than nodes could have had reason to take, nor more single dots
/// than writes were begun; a record has no more siblings than writes were begun; and when there is nothing left to do no
/// node has work or timers left beyond its regular ones, and when the nodes have stopped none at all.
/// </summary>
internal sealed class ResourcesAreBounded : IChecker
{
    public IEnumerable<string> Check(CheckedRun run) => CheckContexts(run).Concat(CheckRest(run));

    private static IEnumerable<string> CheckContexts(CheckedRun run)
    {
        var begun = run.History.Where(entry => entry.Value is not null).GroupBy(entry => entry.Key).ToDictionary(group => group.Key, group => group.Count());
        foreach (var snapshot in run.Snapshots)
        {
            foreach (var node in snapshot.Nodes)
            {
                foreach (var (key, record) in node.Records)
                {
                    // A node takes an actor when it first coordinates a write of a record it holds, and a new one after it
                    // has let go of the record: it lost its disk, or reaped the tombstone of a delete.
                    // A stand-in lets go of the record each time it hands it over.
                    var deletes = run.Writes[key].Deletes.Count;
                    // So does a replica that the ring takes from a node and gives back later.
                    var actorsMax = run.IsStrict && run.RingChanges == 0
                        ? Math.Min(begun.GetValueOrDefault(key), (snapshot.Nodes.Count * (1 + deletes)) + run.DisksReplaced)
                        : begun.GetValueOrDefault(key);
                    if (record.Context.Entries.Length + record.Context.Singles.Select(single => single.Actor).Distinct().Count() > actorsMax)
                    {
                        yield return $"key '{key}': {node.NodeId} {snapshot.Moment} knows of more than {actorsMax} actors: {record.Context}.";
                    }

                    if (record.Context.Singles.Length + record.Siblings.Length > 2 * begun.GetValueOrDefault(key))
                    {
                        yield return $"key '{key}': {node.NodeId} {snapshot.Moment} holds more than was written: {record}.";
                    }
                }
            }
        }
    }

    private static IEnumerable<string> CheckRest(CheckedRun run)
    {
        foreach (var node in run.IdleNodes)
        {
            if (node.HasBackgroundWork)
            {
                yield return $"{node.NodeId} has work in the background that does not end.";
            }

            if (node.PendingEvents > run.IdleEventsMax)
            {
                yield return $"{node.NodeId} idles with {node.PendingEvents} timers and completions pending, more than {run.IdleEventsMax}.";
            }
        }

        foreach (var node in run.StoppedNodes.Where(node => node.PendingEvents > 0))
        {
            yield return $"{node.NodeId} has stopped and left {node.PendingEvents} timers and completions behind.";
        }

        if (run.MessagesUnderWay > 0)
        {
            yield return $"{run.MessagesUnderWay} messages are under way in a cluster that has stopped.";
        }
    }

}
