using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>All members in the order in which they are responsible for one partition (Dynamo, section 4.3).</summary>
public sealed class PreferenceList
{
    internal PreferenceList(ImmutableArray<string> walk, int primaries) =>
        (Walk, Primaries, Fallbacks) = (walk, walk[..primaries], walk[primaries..]);

    /// <summary>Every member once: the primaries, then the fallbacks.</summary>
    public ImmutableArray<string> Walk { get; }

    /// <summary>The members that keep the partition, the first before all others; as many as there are replicas, or members if those are fewer.</summary>
    public ImmutableArray<string> Primaries { get; }

    /// <summary>The members that stand in for primaries that cannot be reached, the next best first.</summary>
    public ImmutableArray<string> Fallbacks { get; }
}
