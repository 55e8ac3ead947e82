using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>Walks the ring clockwise from a partition and lists the members it meets.</summary>
internal sealed class PreferenceWalk(ImmutableArray<RingMember> members, int[] owners, int replicas)
{
    private readonly int _zoneCount = members.Select(member => member.Zone).Distinct(StringComparer.Ordinal).Count();

    internal PreferenceList From(int partition)
    {
        var met = Met(partition);
        var primaries = Math.Min(replicas, met.Count);
        var walk = _zoneCount > 1 ? SpreadOverZones(met, primaries) : met;
        return new PreferenceList([.. walk.Select(member => members[member].NodeId)], primaries);
    }

    /// <summary>Every member once, in the order in which their arcs are met; members without any come last.</summary>
    private List<int> Met(int partition)
    {
        var met = new List<int>(members.Length);
        var seen = new bool[members.Length];
        for (var step = 0; step < owners.Length && met.Count < members.Length; step++)
        {
            var owner = owners[(partition + step) % owners.Length];
            if (owner >= 0 && !seen[owner])
            {
                seen[owner] = true;
                met.Add(owner);
            }
        }

        met.AddRange(Enumerable.Range(0, members.Length).Where(member => !seen[member]));
        return met;
    }

    /// <summary>Moves members in zones that are not yet used to the front until the primaries are complete, or all zones are used.</summary>
    private List<int> SpreadOverZones(List<int> met, int primaries)
    {
        var zones = new HashSet<string>(StringComparer.Ordinal);
        var first = new List<int>(met.Count);
        foreach (var member in met)
        {
            if (first.Count < primaries && zones.Add(members[member].Zone))
            {
                first.Add(member);
            }
        }

        first.AddRange(met.Except(first));
        return first;
    }
}
