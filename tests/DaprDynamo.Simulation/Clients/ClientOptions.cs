namespace DaprDynamo.Simulation.Clients;

/// <summary>What a run's clients do. Drawn once a run.</summary>
internal sealed record ClientOptions
{
    public required int Clients { get; init; }

    public required int Keys { get; init; }

    /// <summary>How many operations the clients begin, in sum.</summary>
    public required int Operations { get; init; }

    public required TimeSpan ThinkTimeMean { get; init; }

    public required TimeSpan TimeoutMin { get; init; }

    public required TimeSpan TimeoutMax { get; init; }

    /// <summary>How often an operation asks for a quorum of its own.</summary>
    public required double QuorumOverrideProbability { get; init; }

    /// <summary>The least a write may demand: 2 where a disk may be lost, or an acknowledged write could be lost with it.</summary>
    public required int WriteQuorumMin { get; init; }

    /// <summary>How often a write uses a clock older than the newest the client holds.</summary>
    public required double StaleClockProbability { get; init; }

    /// <summary>How often a put uses no clock at all.</summary>
    public required double BlindWriteProbability { get; init; }

    public required double DeleteShare { get; init; }

    public required double CreateShare { get; init; }

    public required double GetShare { get; init; }

    /// <summary>How often a client goes away before its answer comes.</summary>
    public required double AbandonProbability { get; init; }
}
