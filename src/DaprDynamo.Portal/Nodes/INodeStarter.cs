namespace DaprDynamo.Portal.Nodes;

/// <summary>Starts nodes where the portal runs. Only a local cluster has one; elsewhere nodes are started by hand.</summary>
public interface INodeStarter
{
    /// <summary>The id that the next node will have.</summary>
    string NextId { get; }

    /// <summary>Starts the next node, which then joins by itself.</summary>
    /// <param name="zone">What fails together with it; null for the default zone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="NodeException">It could not be started; the message says why.</exception>
    Task<string> StartAsync(string? zone, CancellationToken cancellationToken);
}
