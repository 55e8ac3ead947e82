using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Clients;

/// <summary>How clients reach nodes: takes operations there and answers back, and writes both into the history.</summary>
internal sealed class ClientLine(Simulator simulator, SimulatedCluster cluster, History history, Random random)
{
    // What a client allows the way there and back beyond the time it gives the node.
    private static readonly TimeSpan PatienceBeyondTimeout = TimeSpan.FromMilliseconds(100);

    internal History History => history;

    internal Random Random => random;

    /// <summary>Operations that were neither answered nor given up.</summary>
    internal int UnderWay { get; private set; }

    /// <summary>Sends an operation to a node; tells when it is answered or given up.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="node">Whom.</param>
    /// <param name="operation">What.</param>
    /// <param name="timeout">How long the node may take.</param>
    /// <param name="abandonAfter">When the client goes away without waiting further; null to wait.</param>
    /// <param name="whenOver">Called with the entry of the history.</param>
    internal HistoryEntry Send(
        string client, SimulatedNode node, KeyOperation operation, TimeSpan timeout, TimeSpan? abandonAfter, Action<HistoryEntry> whenOver)
    {
        var entry = history.Begin(client, node.NodeId, operation, simulator.Now, timeout);
        Trace(entry, "begins");
        UnderWay++;
        var over = false;
        var keepers = Keepers.Of(cluster, operation.Key);
        simulator.Schedule(abandonAfter ?? timeout + PatienceBeyondTimeout, null, () => End(null));
        if (node.Process is { } process)
        {
            simulator.Schedule(random.BetweenMs(0.05, 0.5), process, () => _ = ServeAsync(node, process, entry, abandonAfter, Answer));
        }

        return entry;

        // The answer is on its way even when the node that sent it dies meanwhile.
        void Answer(OperationResult result) => simulator.Schedule(random.BetweenMs(0.05, 0.5), null, () => End(result));

        void End(OperationResult? result)
        {
            if (over)
            {
                return;
            }

            over = true;
            UnderWay--;
            if (result is not null)
            {
                (entry.Result, entry.CompletedAt) = (result, simulator.Now);
                keepers = keepers.AgreedWith(Keepers.Of(cluster, operation.Key));
                var counting = operation is GetKey ? keepers.Reading : keepers.Writing;
                (entry.IsByPrimaries, entry.IsDuringChange) = (result.Answered.All(counting.Contains), keepers.IsChanging);
            }

            Trace(entry, "ends");
            whenOver(entry);
        }
    }

    private async Task ServeAsync(
        SimulatedNode node, SimulatedProcess process, HistoryEntry entry, TimeSpan? abandonAfter, Action<OperationResult> answer)
    {
        if (node.Engine is not { } engine || node.Process != process)
        {
            return;
        }

        using var gone = new CancellationTokenSource();
        var going = abandonAfter is { } after ? simulator.Schedule(after, process, gone.Cancel) : null;
        try
        {
            var result = await engine.ExecuteAsync(entry.Operation, Deadline.After(entry.Timeout, node.Clock!), gone.Token);
            simulator.RequireInside(process, "an operation's end");
            answer(result);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The client has gone: nobody is left to tell.
        }
        catch (Exception failure)
        {
            simulator.Fail($"{node.NodeId} threw at {entry}: {failure}");
        }
        finally
        {
            if (going is not null)
            {
                Simulator.Cancel(going);
            }
        }
    }

    private void Trace(HistoryEntry entry, string what)
    {
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add(entry.Number);
        simulator.Digest.Add(what);
        if (entry.Result is { } result)
        {
            simulator.Digest.Add((long)result.Status);
            foreach (var dot in result.Seen.Entries.Concat(result.Seen.Singles))
            {
                simulator.Digest.Add(dot.Actor.NodeId);
                simulator.Digest.Add((long)dot.Actor.Generation);
                simulator.Digest.Add((long)dot.Actor.Epoch);
                simulator.Digest.Add((long)dot.Counter);
            }
        }

        simulator.Trace.Write(
            simulator.NowTicks, entry.Client, $"{what} {entry} on {entry.Key} at {entry.NodeId} -> {entry.Result?.Versions} seen {entry.Result?.Seen}");
    }
}
