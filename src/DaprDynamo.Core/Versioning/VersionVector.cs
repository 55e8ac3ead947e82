using System.Collections.Immutable;

namespace DaprDynamo.Core.Versioning;

/// <summary>How two version vectors stand to each other.</summary>
public enum CausalOrder
{
    /// <summary>They have seen the same writes.</summary>
    Equal,

    /// <summary>The first has seen less than the second.</summary>
    Before,

    /// <summary>The first has seen more than the second.</summary>
    After,

    /// <summary>Each has seen a write that the other has not.</summary>
    Concurrent,
}

/// <summary>
/// What has been seen of a key's history: for each actor, all of its writes up to a counter (Dynamo, section 4.4).
/// Immutable; entries are kept in the order of their actors.
/// </summary>
public sealed class VersionVector : IEquatable<VersionVector>
{
    /// <summary>Nothing has been seen.</summary>
    public static readonly VersionVector Empty = new([]);

    private VersionVector(ImmutableArray<Dot> entries) => Entries = entries;

    /// <summary>The newest dot seen of each actor, in the order of the actors.</summary>
    public ImmutableArray<Dot> Entries { get; }

    /// <summary>Whether nothing has been seen.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>The vector that has seen all writes up to each of the dots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dot's counter is 0.</exception>
    public static VersionVector Of(params IEnumerable<Dot> dots)
    {
        ArgumentNullException.ThrowIfNull(dots);
        var newest = new SortedDictionary<Actor, ulong>();
        foreach (var dot in dots)
        {
            ArgumentOutOfRangeException.ThrowIfZero(dot.Counter, nameof(dots));
            newest[dot.Actor] = Math.Max(dot.Counter, newest.GetValueOrDefault(dot.Actor));
        }

        return newest.Count == 0 ? Empty : new([.. newest.Select(pair => new Dot(pair.Key, pair.Value))]);
    }

    /// <summary>The newest counter seen of an actor, 0 when none of its writes has been.</summary>
    public ulong CounterOf(Actor actor)
    {
        // Vectors hold a handful of entries: a scan beats a search.
        foreach (var entry in Entries)
        {
            if (entry.Actor == actor)
            {
                return entry.Counter;
            }
        }

        return 0;
    }

    /// <summary>Whether the write has been seen.</summary>
    public bool Contains(Dot dot) => dot.Counter <= CounterOf(dot.Actor);

    /// <summary>Whether all that the other has seen has been seen here too.</summary>
    public bool Descends(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var entry in other.Entries)
        {
            if (!Contains(entry))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How this vector stands to the other.</summary>
    public CausalOrder CompareWith(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Descends(other), other.Descends(this)) switch
        {
            (true, true) => CausalOrder.Equal,
            (true, false) => CausalOrder.After,
            (false, true) => CausalOrder.Before,
            (false, false) => CausalOrder.Concurrent,
        };
    }

    /// <summary>The vector that has seen what either has.</summary>
    public VersionVector Merge(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Descends(other))
        {
            return this;
        }

        return other.Descends(this) ? other : Of(Entries.Concat(other.Entries));
    }

    /// <summary>The vector that has also seen the dot, and all before it of its actor.</summary>
    public VersionVector With(Dot dot) => Contains(dot) ? this : Of(Entries.Append(dot));

    /// <inheritdoc/>
    public bool Equals(VersionVector? other) => other is not null && Entries.AsSpan().SequenceEqual(other.Entries.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionVector);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var entry in Entries)
        {
            hash.Add(entry);
        }

        return hash.ToHashCode();
    }

    /// <summary>The vector as logs and pages show it.</summary>
    public override string ToString() => $"{{{string.Join(", ", Entries)}}}";
}
