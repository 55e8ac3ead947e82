namespace DaprDynamo.Core.Ring;

/// <summary>
/// Evens a ring out, one token of one member at a time: after members went without their heirs claiming anything, or after
/// changes that made loads uneven.
/// </summary>
public static class Rebalance
{
    // An owner that stands twice within N partitions costs as much as loads that differ by a few: worth undoing even
    // between members that are loaded alike, and not worth making one member much heavier than another.
    private const int CrowdingWeight = 4;
    private const int LoadWeight = 1000;

    /// <summary>
    /// The member that should claim one token more, as it then should be; null when the ring is within the bound, or no
    /// single token makes it more even. Each step strictly lowers the same measure, so the steps come to an end.
    /// </summary>
    /// <param name="space">The partitions.</param>
    /// <param name="replicas">N.</param>
    /// <param name="members">All members.</param>
    /// <param name="balanceMax">The most that the most loaded member may have against the mean, above 1.</param>
    public static RingMember? NextStep(PartitionSpace space, int replicas, IReadOnlyCollection<RingMember> members, double balanceMax = 1.10)
    {
        var balance = Placement.Of(space, replicas, members).Balance;
        if (balance.Primaries <= balanceMax && balance.Replicas <= balanceMax)
        {
            return null;
        }

        var ring = new RingOwners(space, replicas, members);
        var best = (Gain: 0, Partition: -1, Taker: -1);
        for (var partition = 0; partition < ring.Count; partition++)
        {
            for (var taker = 0; taker < ring.Members.Count; taker++)
            {
                if (ring.OwnerOf(partition) != taker && GainOf(ring, partition, taker) is var gain && gain > best.Gain)
                {
                    best = (gain, partition, taker);
                }
            }
        }

        if (best.Gain == 0)
        {
            return null;
        }

        ring.Give(best.Partition, best.Taker);
        return ring.WithTokens(best.Taker);
    }

    /// <summary>How much lower the measure is, the squares of all loads and all crowding, once the taker has the partition.</summary>
    private static int GainOf(RingOwners ring, int partition, int taker)
    {
        var owner = ring.OwnerOf(partition);
        if (owner < 0)
        {
            return int.MaxValue;
        }

        var byLoad = 2 * (ring.LoadOf(owner) - ring.LoadOf(taker) - 1);
        return (LoadWeight * byLoad) + (CrowdingWeight * (ring.CrowdingOf(partition, owner) - ring.CrowdingOf(partition, taker)));
    }
}
