using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>
/// Which tokens a newcomer claims: its fair share, taken partition by partition from whoever owns most at the moment, and
/// kept N partitions apart from each other. Because a replica list is the next N different owners, owners that stand at
/// least N apart keep exactly N times as many replicas as they own partitions: an even ring of primaries is an even ring
/// of replicas, and a join moves nothing but the newcomer's share.
/// </summary>
public static class TokenClaim
{
    /// <summary>The tokens the newcomer claims; all of the ring when it is the first member.</summary>
    /// <param name="space">The partitions.</param>
    /// <param name="replicas">N.</param>
    /// <param name="existing">The members there are, the newcomer not among them.</param>
    /// <param name="nodeId">The newcomer's id.</param>
    /// <param name="zone">The newcomer's zone.</param>
    public static ImmutableArray<Token> Claim(
        PartitionSpace space, int replicas, IReadOnlyCollection<RingMember> existing, string nodeId, string zone)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(existing);
        var ring = new RingOwners(space, replicas, [.. existing, new RingMember(nodeId, zone, [])]);
        var newcomer = ring.IndexOf(nodeId);
        var share = ring.Count / ring.Members.Count;
        while (ring.LoadOf(newcomer) < share)
        {
            ring.Give(BestToTake(ring, newcomer), newcomer);
        }

        return ring.WithTokens(newcomer).Tokens;
    }

    /// <summary>
    /// Of the partitions of the most loaded members, the one where the newcomer crowds nobody and the present owner
    /// crowds others most. Ties go to the partition closest behind the newcomer's last, which packs its tokens evenly.
    /// </summary>
    private static int BestToTake(RingOwners ring, int newcomer)
    {
        var most = Enumerable.Range(0, ring.Members.Count).Where(member => member != newcomer).Select(ring.LoadOf).DefaultIfEmpty(0).Max();
        var best = (Score: (int.MaxValue, int.MaxValue), Partition: -1);
        for (var partition = 0; partition < ring.Count; partition++)
        {
            var owner = ring.OwnerOf(partition);
            if (owner == newcomer || (owner >= 0 && ring.LoadOf(owner) < most))
            {
                continue;
            }

            var relief = owner < 0 ? 0 : ring.CrowdingOf(partition, owner);
            var score = (ring.CrowdingOf(partition, newcomer), -relief);
            if (score.CompareTo(best.Score) < 0)
            {
                best = (score, partition);
            }
        }

        return best.Partition;
    }
}
