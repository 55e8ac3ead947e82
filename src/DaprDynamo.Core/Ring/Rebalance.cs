namespace DaprDynamo.Core.Ring;

/// <summary>
/// Evens a ring out, one member's tokens at a time: after members went without their heirs claiming anything, or after
/// changes that made loads uneven.
/// </summary>
public static class Rebalance
{
    /// <summary>The member that should claim one token more, as it then should be; null when the ring is within the bound.</summary>
    /// <param name="space">The partitions.</param>
    /// <param name="replicas">N.</param>
    /// <param name="members">All members.</param>
    /// <param name="balanceMax">The most that the most loaded member may have against the mean, above 1.</param>
    public static RingMember? NextStep(PartitionSpace space, int replicas, IReadOnlyCollection<RingMember> members, double balanceMax = 1.10)
    {
        var before = Placement.Of(space, replicas, members);
        if (before.Balance.Primaries <= balanceMax && before.Balance.Replicas <= balanceMax)
        {
            return null;
        }

        var ring = new RingOwners(space, replicas, members);
        var byLoad = Enumerable.Range(0, ring.Members.Count).OrderBy(ring.LoadOf).ThenBy(member => member).ToArray();
        var (taker, giver) = (byLoad[0], byLoad[^1]);
        if (ring.LoadOf(giver) - ring.LoadOf(taker) < 2)
        {
            return null;
        }

        var partition = Enumerable.Range(0, ring.Count).Where(partition => ring.OwnerOf(partition) == giver)
            .MinBy(partition => (ring.CrowdingOf(partition, taker), -ring.CrowdingOf(partition, giver), partition));
        ring.Give(partition, taker);
        return ring.WithTokens(taker);
    }
}
