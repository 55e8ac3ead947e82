using DaprDynamo.Cluster.Peers;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Network;

/// <summary>Where a node listens: its process, its clock and its engine.</summary>
internal sealed record NetworkEndpoint(string NodeId, SimulatedProcess Process, TimeProvider Clock, IPeerRequestHandler Handler)
{
    /// <summary>The requests the node is working on, in the order in which they came.</summary>
    internal List<Exchange> InProgress { get; } = [];
}

/// <summary>
/// Carries messages between nodes, late, twice, in another order, or not at all. Knows nothing of what they say.
/// </summary>
/// <param name="simulator">The world.</param>
/// <param name="random">What happens to each message.</param>
/// <param name="options">How the network behaves.</param>
internal sealed class SimulatedNetwork(Simulator simulator, Random random, NetworkOptions options)
{
    private readonly Dictionary<string, NetworkEndpoint> _listening = new(StringComparer.Ordinal);

    internal NetworkOptions Options => options;

    internal NetworkConditions Conditions { get; } = new();

    internal NetworkCounts Counts { get; } = new();

    /// <summary>Told of each request at the moment at which a node begins to work on it.</summary>
    internal Action<PeerRequest>? Arriving { get; set; }

    /// <summary>Requests on their way, being worked on or being answered: none may be left in the end.</summary>
    internal int MessagesUnderWay { get; set; }

    internal void Listen(NetworkEndpoint endpoint) => _listening.Add(endpoint.NodeId, endpoint);

    /// <summary>The node died: nobody listens, and who waits for its answers may learn it.</summary>
    internal void StopListening(string nodeId)
    {
        if (_listening.Remove(nodeId, out var endpoint))
        {
            foreach (var exchange in endpoint.InProgress)
            {
                exchange.ReceiverDied();
            }
        }
    }

    internal NetworkEndpoint? ListenerAt(string nodeId) => _listening.GetValueOrDefault(nodeId);

    /// <summary>Draws whether a message is lost on its way.</summary>
    internal bool Loses(string from, string to)
    {
        if (Conditions.IsCut(from, to))
        {
            Counts.Cut++;
            return true;
        }

        if (Conditions.IsUnreliable && random.Chance(options.LossProbability + Conditions.ExtraLoss))
        {
            Counts.Lost++;
            return true;
        }

        return false;
    }

    /// <summary>Draws whether the sender's line takes no more.</summary>
    internal bool IsOverloaded()
    {
        var overloaded = Conditions.IsUnreliable && random.Chance(options.OverloadProbability);
        Counts.Overloads += overloaded ? 1 : 0;
        return overloaded;
    }

    /// <summary>Draws how long a message takes.</summary>
    internal TimeSpan DrawDelay(string from, string to)
    {
        var delay = random.Between(options.DelayMin, options.DelayMax) + Conditions.SlownessOf(from) + Conditions.SlownessOf(to);
        if (random.Chance(options.StragglerProbability))
        {
            Counts.Stragglers++;
            delay += random.Between(TimeSpan.Zero, options.StragglerDelayMax);
        }

        return delay < options.MessageLifetime ? delay : options.MessageLifetime;
    }

    /// <summary>Draws whether a request arrives a second time, and how long that takes.</summary>
    internal TimeSpan? DrawDuplicate()
    {
        if (!Conditions.IsUnreliable || !random.Chance(options.DuplicateProbability))
        {
            return null;
        }

        Counts.Duplicated++;
        if (random.Chance(options.LateDuplicateProbability))
        {
            Counts.LateDuplicates++;
            return random.Between(options.DelayMax, options.MessageLifetime);
        }

        return random.Between(options.DelayMin, options.DelayMax * 4);
    }

    internal void Note(string what, string from, string to, string type)
    {
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add(what);
        simulator.Digest.Add(from);
        simulator.Digest.Add(to);
        simulator.Digest.Add(type);
        simulator.Trace.Write(simulator.NowTicks, to, $"{what} {type} from {from}");
    }
}
