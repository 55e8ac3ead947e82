namespace DaprDynamo.Cluster.Membership;

/// <summary>A node that may know the cluster.</summary>
/// <param name="Name">What the transport and the log call it: its node id, where that is known.</param>
/// <param name="Address">Where it is reached.</param>
public sealed record Seed(string Name, Uri Address);

/// <summary>Whom a node can ask for its cluster at this moment.</summary>
/// <param name="Seeds">Whom, in the order in which to ask; never the node itself.</param>
/// <param name="Trouble">Why some who may know it cannot be named, in a sentence; null when all are.</param>
public sealed record Discovered(IReadOnlyList<Seed> Seeds, string? Trouble = null);

/// <summary>Where a node learns whom to ask for its cluster, and whether it is the one to form it. Nothing here throws but when cancelled.</summary>
public interface IDiscovery
{
    /// <summary>Whether there is nobody to ask and never will be: the node forms a cluster of one at once.</summary>
    bool IsAlone { get; }

    /// <summary>Looks whom to ask now.</summary>
    Task<Discovered> LookAsync(CancellationToken cancellationToken);

    /// <summary>Decides whether this node forms the cluster, after nobody was found who belongs to one. Once it has said yes it never says yes to another node.</summary>
    /// <param name="someAreSilent">Whether some that were asked gave no answer: they may know more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why not, in a sentence; null when this node is to form it.</returns>
    Task<string?> ObjectToFormingAsync(bool someAreSilent, CancellationToken cancellationToken);
}
