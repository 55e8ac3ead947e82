using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Network;

/// <summary>One process's end of the simulated network.</summary>
internal sealed class NodeTransport(Simulator simulator, SimulatedNetwork network, SimulatedProcess process, TimeProvider clock, string nodeId) : IReplicaTransport
{
    public string? Trouble => null;

    public Task<PeerAnswer> SendAsync(MemberRecord target, PeerRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        simulator.RequireInside(process, "a request to a peer");
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(request);
        if (network.IsOverloaded())
        {
            return Task.FromResult<PeerAnswer>(new PeerFailure(PeerFailureKind.Overloaded, $"Too much waits for {target.NodeId}.") { WasNeverSent = true });
        }

        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<PeerAnswer>(cancellationToken)
            : new Exchange(simulator, network, process, nodeId, target.NodeId, request, deadline.Remaining(clock)).SendAsync(cancellationToken);
    }
}
