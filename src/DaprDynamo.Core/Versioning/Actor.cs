namespace DaprDynamo.Core.Versioning;

/// <summary>
/// The identity under which a node increments clocks.
/// <para>
/// A counter is only worth something while the node remembers all of its own earlier counts for the key. A node that
/// lost its disk forgets them all (so the <paramref name="Generation"/> is drawn anew with every data directory), and
/// a node that let go of one record (handed off, reaped) forgets them for that key (so the <paramref name="Epoch"/>
/// is new whenever a node first coordinates a write for a record it did not keep). Without these a dot would be used
/// twice, or a fresh count would silently claim to have seen older writes.
/// </para>
/// </summary>
/// <param name="NodeId">The node's id.</param>
/// <param name="Generation">Drawn at random when the node's data directory is created.</param>
/// <param name="Epoch">Counted up by the node, 1 or more, unique within the generation.</param>
public readonly record struct Actor(string NodeId, ulong Generation, ulong Epoch) : IComparable<Actor>
{
    /// <summary>Orders actors by node id, generation and epoch; the order itself means nothing.</summary>
    public int CompareTo(Actor other)
    {
        var byNode = string.CompareOrdinal(NodeId, other.NodeId);
        if (byNode != 0)
        {
            return byNode;
        }

        var byGeneration = Generation.CompareTo(other.Generation);
        return byGeneration != 0 ? byGeneration : Epoch.CompareTo(other.Epoch);
    }

    /// <summary>Whether the left actor comes before the right one.</summary>
    public static bool operator <(Actor left, Actor right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left actor comes after the right one.</summary>
    public static bool operator >(Actor left, Actor right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left actor is the right one or comes before it.</summary>
    public static bool operator <=(Actor left, Actor right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left actor is the right one or comes after it.</summary>
    public static bool operator >=(Actor left, Actor right) => left.CompareTo(right) >= 0;

    /// <summary>The actor as logs and pages show it: <c>node-1/9f3a…/7</c> in full.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{NodeId}/{Generation:x}/{Epoch}");
}
