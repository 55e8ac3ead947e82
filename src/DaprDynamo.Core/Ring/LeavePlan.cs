using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>
/// Who takes over the partitions of a member that goes. Every member works this out for itself from the same records,
/// with the leaver's still among them, and claims its own part in its own record.
/// </summary>
public static class LeavePlan
{
    /// <summary>The members that stay, with the tokens they should then claim.</summary>
    /// <param name="space">The partitions.</param>
    /// <param name="replicas">N.</param>
    /// <param name="members">All members, the leaver among them.</param>
    /// <param name="leaverId">Who goes.</param>
    /// <exception cref="ArgumentException">The leaver is no member.</exception>
    public static ImmutableArray<RingMember> Heirs(PartitionSpace space, int replicas, IReadOnlyCollection<RingMember> members, string leaverId)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(members);
        var ring = new RingOwners(space, replicas, members);
        var leaver = ring.IndexOf(leaverId);
        var heirs = Enumerable.Range(0, ring.Members.Count).Where(member => member != leaver).ToArray();
        if (heirs.Length == 0)
        {
            return [];
        }

        var fairShareMax = (ring.Count + heirs.Length - 1) / heirs.Length;
        for (var partition = 0; partition < ring.Count; partition++)
        {
            if (ring.OwnerOf(partition) == leaver)
            {
                // Nobody above its fair share; there, where it crowds least; of those, who owns least.
                var heir = heirs.MinBy(member =>
                    (ring.LoadOf(member) >= fairShareMax, ring.CrowdingOf(partition, member), ring.LoadOf(member), member));
                ring.Give(partition, heir);
            }
        }

        return [.. heirs.Select(ring.WithTokens)];
    }
}
