using DaprDynamo.Core.Ring;

namespace DaprDynamo.Tests.Ring;

/// <summary>Rings made the way a cluster makes them: members that join one by one.</summary>
internal static class RingOf
{
    internal static List<RingMember> Joined(PartitionSpace space, int members, int replicas = 3, int zones = 1)
    {
        var ring = new List<RingMember>();
        for (var number = 1; number <= members; number++)
        {
            Join(space, ring, number, replicas, zones);
        }

        return ring;
    }

    internal static void Join(PartitionSpace space, List<RingMember> ring, int number, int replicas = 3, int zones = 1)
    {
        var (nodeId, zone) = ($"node-{number}", $"zone-{number % zones}");
        ring.Add(new RingMember(nodeId, zone, TokenClaim.Claim(space, replicas, ring, nodeId, zone)));
    }
}
