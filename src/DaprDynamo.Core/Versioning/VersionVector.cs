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
/// What has been seen of a key's history: for each actor all of its writes up to a counter (Dynamo, section 4.4), and
/// besides single writes of whose predecessors some have not been seen. Without the latter a client could not be told
/// "what you had read, and your own write" when others wrote in between, and would overwrite them unseen.
/// <para>Immutable; entries and dots are kept in the order of their actors.</para>
/// </summary>
public sealed class VersionVector : IEquatable<VersionVector>
{
    /// <summary>Nothing has been seen.</summary>
    public static readonly VersionVector Empty = new([], []);

    private VersionVector(ImmutableArray<Dot> entries, ImmutableArray<Dot> singles) => (Entries, Singles) = (entries, singles);

    /// <summary>For each actor the newest dot up to which all of its writes have been seen.</summary>
    public ImmutableArray<Dot> Entries { get; }

    /// <summary>The dots seen beyond those, with at least one unseen before each.</summary>
    public ImmutableArray<Dot> Singles { get; }

    /// <summary>Whether nothing has been seen.</summary>
    public bool IsEmpty => Entries.IsEmpty && Singles.IsEmpty;

    /// <summary>The vector that has seen all writes up to each of the dots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dot's counter is 0.</exception>
    public static VersionVector Of(params IEnumerable<Dot> dots) => FromParts(dots, []);

    /// <summary>The vector that has seen all writes up to each of the entries, and the single ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A counter is 0.</exception>
    public static VersionVector FromParts(IEnumerable<Dot> entries, IEnumerable<Dot> singles)
    {
        var upTo = new SortedDictionary<Actor, ulong>();
        foreach (var entry in entries)
        {
            ArgumentOutOfRangeException.ThrowIfZero(entry.Counter, nameof(entries));
            upTo[entry.Actor] = Math.Max(entry.Counter, upTo.GetValueOrDefault(entry.Actor));
        }

        var beyond = new SortedSet<Dot>();
        foreach (var single in singles.Order())
        {
            ArgumentOutOfRangeException.ThrowIfZero(single.Counter, nameof(singles));
            var counter = upTo.GetValueOrDefault(single.Actor);
            if (single.Counter == counter + 1)
            {
                upTo[single.Actor] = single.Counter;
            }
            else if (single.Counter > counter)
            {
                beyond.Add(single);
            }
        }

        return upTo.Count == 0 && beyond.Count == 0 ? Empty : new([.. upTo.Select(pair => new Dot(pair.Key, pair.Value))], [.. beyond]);
    }

    /// <summary>The newest counter seen of an actor, 0 when none of its writes has been.</summary>
    public ulong CounterOf(Actor actor)
    {
        var newest = UpTo(actor);
        foreach (var single in Singles)
        {
            newest = single.Actor == actor ? Math.Max(newest, single.Counter) : newest;
        }

        return newest;
    }

    /// <summary>Whether the write has been seen.</summary>
    public bool Contains(Dot dot) => dot.Counter <= UpTo(dot.Actor) || Singles.Contains(dot);

    /// <summary>Whether all that the other has seen has been seen here too.</summary>
    public bool Descends(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var entry in other.Entries)
        {
            // The dot after an actor's entry is never seen, or the entry would include it.
            if (entry.Counter > UpTo(entry.Actor))
            {
                return false;
            }
        }

        foreach (var single in other.Singles)
        {
            if (!Contains(single))
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

        return other.Descends(this) ? other : FromParts(Entries.Concat(other.Entries), Singles.Concat(other.Singles));
    }

    /// <summary>The vector that has also seen the dot, and says nothing of those before it.</summary>
    public VersionVector With(Dot dot) => Contains(dot) ? this : FromParts(Entries, Singles.Append(dot));

    /// <inheritdoc/>
    public bool Equals(VersionVector? other) =>
        other is not null && Entries.AsSpan().SequenceEqual(other.Entries.AsSpan()) && Singles.AsSpan().SequenceEqual(other.Singles.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionVector);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dot in Entries.Concat(Singles))
        {
            hash.Add(dot);
        }

        return hash.ToHashCode();
    }

    /// <summary>The vector as logs and pages show it; single dots follow a plus sign.</summary>
    public override string ToString() =>
        $"{{{string.Join(", ", Entries)}}}" + (Singles.IsEmpty ? "" : $"+{{{string.Join(", ", Singles)}}}");

    private ulong UpTo(Actor actor)
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
}
