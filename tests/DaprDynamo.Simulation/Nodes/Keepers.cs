using System.Collections.Immutable;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>Who keeps a key at one moment, in the eyes of all nodes that are up: only those on whom all of them agree.</summary>
/// <param name="Writing">Whose acknowledgements of a write count for themselves.</param>
/// <param name="Reading">Whose answers to a read do.</param>
/// <param name="IsChanging">Whether a change of the ring is under way, as far as anybody knows.</param>
internal sealed record Keepers(ImmutableHashSet<string> Writing, ImmutableHashSet<string> Reading, bool IsChanging)
{
    internal static readonly Keepers Nobody = new([], [], IsChanging: false);

    internal static Keepers Of(SimulatedCluster cluster, Key key)
    {
        Keepers? keepers = null;
        foreach (var view in cluster.Nodes.Where(node => node.IsUp).Select(node => node.Engine!.Membership.Current).Where(view => !view.Placement.Members.IsEmpty))
        {
            var seen = new Keepers([.. view.WriteGroupsOf(key).SelectMany(group => group)], [.. view.PreferenceListOf(key).Primaries], view.Ring.IsChanging);
            keepers = keepers is null ? seen : keepers.AgreedWith(seen);
        }

        return keepers ?? Nobody;
    }

    internal Keepers AgreedWith(Keepers other) =>
        new(Writing.Intersect(other.Writing), Reading.Intersect(other.Reading), IsChanging || other.IsChanging);
}
