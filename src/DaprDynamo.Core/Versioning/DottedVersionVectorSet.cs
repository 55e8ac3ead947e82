using System.Collections.Immutable;

namespace DaprDynamo.Core.Versioning;

/// <summary>
/// What a replica holds for one key: the siblings that no known write has replaced, and the context, all writes known
/// of. A write that the context contains and that is no sibling has been replaced or deleted, so merging two replicas
/// needs no wall clock and keeps exactly the values that are concurrent (Preguiça, Baquero et al., "Dotted Version
/// Vectors", 2010). A deleted key is a context without siblings: its tombstone.
/// <para>Immutable. Merge is associative, commutative and idempotent.</para>
/// </summary>
public sealed class DottedVersionVectorSet : IEquatable<DottedVersionVectorSet>
{
    /// <summary>A key that nobody ever wrote.</summary>
    public static readonly DottedVersionVectorSet Empty = new(VersionVector.Empty, []);

    private DottedVersionVectorSet(VersionVector context, ImmutableArray<Sibling> siblings)
    {
        Context = context;
        Siblings = siblings;
    }

    /// <summary>All writes known of, those of the siblings included.</summary>
    public VersionVector Context { get; }

    /// <summary>The values not known to be replaced, in the order of their dots.</summary>
    public ImmutableArray<Sibling> Siblings { get; }

    /// <summary>Whether nothing is known of the key.</summary>
    public bool IsEmpty => Context.IsEmpty;

    /// <summary>Whether the key was written and all its values are deleted.</summary>
    public bool IsTombstone => !Context.IsEmpty && Siblings.IsEmpty;

    /// <summary>Whether the key has a value.</summary>
    public bool IsLive => !Siblings.IsEmpty;

    /// <summary>The values' sizes added up, in bytes.</summary>
    public long ValuesSizeBytes => Siblings.Sum(sibling => (long)sibling.Value.Length);

    /// <summary>Puts a set together from its parts, as read from a disk or a message.</summary>
    /// <exception cref="ArgumentException">A sibling's dot is not in the context, or stands twice.</exception>
    public static DottedVersionVectorSet FromParts(VersionVector context, IEnumerable<Sibling> siblings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ImmutableArray<Sibling> sorted = [.. siblings.OrderBy(sibling => sibling.Dot)];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (!context.Contains(sorted[i].Dot) || (i > 0 && sorted[i].Dot == sorted[i - 1].Dot))
            {
                throw new ArgumentException($"The sibling {sorted[i].Dot} does not fit the context {context}.", nameof(siblings));
            }
        }

        return new(context, sorted);
    }

    /// <summary>
    /// Writes a value: it replaces exactly the siblings that the writer's context has seen and stands beside the rest.
    /// Only the replica that coordinates the write may call this, on the record it stores under the actor.
    /// </summary>
    /// <param name="seen">What the writer had read.</param>
    /// <param name="actor">The coordinator; its counter goes up by one.</param>
    /// <param name="value">The new value.</param>
    public DottedVersionVectorSet Write(VersionVector seen, Actor actor, ReadOnlyMemory<byte> value) => Write(seen, actor, value, out _);

    /// <summary>Writes a value, and tells the name of the write: with what the writer had read, it is what the writer has seen now.</summary>
    /// <param name="seen">What the writer had read.</param>
    /// <param name="actor">The coordinator; its counter goes up by one.</param>
    /// <param name="value">The new value.</param>
    /// <param name="dot">The name of the write.</param>
    public DottedVersionVectorSet Write(VersionVector seen, Actor actor, ReadOnlyMemory<byte> value, out Dot dot)
    {
        ArgumentNullException.ThrowIfNull(seen);
        dot = new Dot(actor, Math.Max(seen.CounterOf(actor), Context.CounterOf(actor)) + 1);
        var kept = Siblings.Where(sibling => !seen.Contains(sibling.Dot)).Append(new Sibling(dot, value));
        return new(Context.Merge(seen).With(dot), [.. kept.OrderBy(sibling => sibling.Dot)]);
    }

    /// <summary>Deletes exactly the siblings that the context has seen; what it has not seen stays.</summary>
    /// <param name="seen">What the deleting client had read.</param>
    public DottedVersionVectorSet Delete(VersionVector seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return new(Context.Merge(seen), [.. Siblings.Where(sibling => !seen.Contains(sibling.Dot))]);
    }

    /// <summary>
    /// What is known when both replicas' knowledge is put together. Returns this very object when the other adds
    /// nothing, so that a store can tell that there is nothing to write.
    /// </summary>
    public DottedVersionVectorSet Merge(DottedVersionVectorSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var context = Context.Merge(other.Context);
        var survivors = Survivors(this, other).Concat(Survivors(other, this)).DistinctBy(sibling => sibling.Dot);
        ImmutableArray<Sibling> siblings = [.. survivors.OrderBy(sibling => sibling.Dot)];
        if (context.Equals(Context) && siblings.AsSpan().SequenceEqual(Siblings.AsSpan()))
        {
            return this;
        }

        return context.Equals(other.Context) && siblings.AsSpan().SequenceEqual(other.Siblings.AsSpan()) ? other : new(context, siblings);
    }

    /// <summary>Whether both know of the same writes and hold the same siblings.</summary>
    public bool Equals(DottedVersionVectorSet? other) =>
        other is not null && Context.Equals(other.Context) && Siblings.AsSpan().SequenceEqual(other.Siblings.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DottedVersionVectorSet);

    /// <inheritdoc/>
    public override int GetHashCode() => Context.GetHashCode();

    /// <summary>The set as logs and pages show it: dots and context, never values.</summary>
    public override string ToString() => $"[{string.Join(", ", Siblings.Select(sibling => sibling.Dot))}] {Context}";

    // A sibling survives where the other side holds it too, or has never heard of it.
    private static IEnumerable<Sibling> Survivors(DottedVersionVectorSet own, DottedVersionVectorSet other) =>
        own.Siblings.Where(sibling => !other.Context.Contains(sibling.Dot) || other.Holds(sibling.Dot));

    private bool Holds(Dot dot) => Siblings.Any(sibling => sibling.Dot == dot);
}
