namespace DaprDynamo.Simulation.Network;

/// <summary>How a run's network behaves. Drawn once a run.</summary>
internal sealed record NetworkOptions
{
    public required TimeSpan DelayMin { get; init; }

    public required TimeSpan DelayMax { get; init; }

    /// <summary>How often a message takes far longer than usual, up to <see cref="StragglerDelayMax"/>; the source of most reordering.</summary>
    public required double StragglerProbability { get; init; }

    public required TimeSpan StragglerDelayMax { get; init; }

    /// <summary>How often a message is lost, request and answer alike, while faults are on.</summary>
    public required double LossProbability { get; init; }

    /// <summary>How often a request arrives twice, while faults are on.</summary>
    public required double DuplicateProbability { get; init; }

    /// <summary>How often the second arrival comes very late, up to <see cref="MessageLifetime"/>.</summary>
    public required double LateDuplicateProbability { get; init; }

    /// <summary>How often the sender's own line is too full to take a request, while faults are on.</summary>
    public required double OverloadProbability { get; init; }

    /// <summary>No message arrives later than this after it was sent.</summary>
    public required TimeSpan MessageLifetime { get; init; }

    /// <summary>Whether the senders of requests learn at once that the node working on them died, as by a connection's reset.</summary>
    public required bool CrashResetsConnections { get; init; }

    /// <summary>Whether a handler's token is cancelled once the sender has given up.</summary>
    public required bool GivingUpCancelsHandlers { get; init; }
}

/// <summary>What the network has done to messages.</summary>
internal sealed class NetworkCounts
{
    internal long Requests { get; set; }

    internal long Lost { get; set; }

    internal long Cut { get; set; }

    internal long Duplicated { get; set; }

    internal long LateDuplicates { get; set; }

    internal long Stragglers { get; set; }

    internal long Overloads { get; set; }
}
