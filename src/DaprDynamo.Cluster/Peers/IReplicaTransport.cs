using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Peers;

/// <summary>Carries requests to other nodes. Whether directly or through a sidecar is its own business.</summary>
public interface IReplicaTransport
{
    /// <summary>Why no request can be sent yet, in a sentence; null once they can. Nothing is sent before.</summary>
    string? Trouble { get; }

    /// <summary>
    /// Asks a peer and waits for its answer, at most until the deadline. Whatever goes wrong on the way is an answer
    /// too, a <see cref="PeerFailure"/>: this throws only when cancelled. Sends once; retries are the caller's decision.
    /// </summary>
    /// <param name="target">The peer.</param>
    /// <param name="request">What to ask.</param>
    /// <param name="deadline">Travels with the request.</param>
    /// <param name="cancellationToken">Gives up the wait; the request may arrive all the same.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<PeerAnswer> SendAsync(MemberRecord target, PeerRequest request, Deadline deadline, CancellationToken cancellationToken);
}

/// <summary>Answers the requests of other nodes: what the transport's receiving side calls.</summary>
public interface IPeerRequestHandler
{
    /// <summary>Carries out a request. Failures are answers too; this throws only when cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken);
}
