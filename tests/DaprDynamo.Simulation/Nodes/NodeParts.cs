using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Simulation.Runs;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>All that an engine is put together from.</summary>
internal sealed record NodeParts(
    RunOptions Options,
    MembershipOptions Membership,
    IRecordStore Store,
    IReplicaTransport Transport,
    TimeProvider Clock,
    Random Random,
    ILogger<StorageNode> Logger);
