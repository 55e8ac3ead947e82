namespace DaprDynamo.Cluster.Membership;

/// <summary>The same seeds for ever.</summary>
/// <param name="seeds">Whom to ask, the node itself left out.</param>
/// <param name="objection">Why the node does not form a cluster itself; null when it does.</param>
public sealed class FixedSeeds(IReadOnlyList<Seed> seeds, string? objection) : IDiscovery
{
    /// <summary>For a node that is told of no other: it forms a cluster of one.</summary>
    public static FixedSeeds None { get; } = new([], objection: null);

    /// <inheritdoc/>
    public bool IsAlone => seeds.Count == 0 && objection is null;

    /// <inheritdoc/>
    public Task<Discovered> LookAsync(CancellationToken cancellationToken) => Task.FromResult(new Discovered(seeds));

    /// <inheritdoc/>
    public Task<string?> ObjectToFormingAsync(bool someAreSilent, CancellationToken cancellationToken) => Task.FromResult(objection);
}
