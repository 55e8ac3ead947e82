namespace DaprDynamo.Client;

/// <summary>What a key held when it was read.</summary>
/// <typeparam name="T">What the values are read as.</typeparam>
/// <param name="Siblings">The values: none when the key has none, several when writes were concurrent and nobody has resolved them.</param>
/// <param name="Clock">What to write back with, so that exactly these values are replaced; null when the key has none.</param>
/// <param name="Coordinator">The node that coordinated the request; null when it did not say.</param>
public sealed record Versioned<T>(IReadOnlyList<T> Siblings, string? Clock, string? Coordinator)
{
    /// <summary>Whether the key has a value.</summary>
    public bool Exists => Siblings.Count > 0;

    /// <summary>Whether there are several values to be resolved.</summary>
    public bool HasConflict => Siblings.Count > 1;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none, or there are several.</exception>
    public T Value => Siblings.Count switch
    {
        1 => Siblings[0],
        0 => throw new InvalidOperationException("The key has no value."),
        _ => throw new InvalidOperationException($"The key has {Siblings.Count} concurrent values; resolve them and put the result with the clock."),
    };
}

/// <summary>What came of a create.</summary>
/// <typeparam name="T">What the values are read as.</typeparam>
/// <param name="Created">Whether the value was written; false when the key already had one.</param>
/// <param name="Current">What the key holds now: the value written, or those found.</param>
public sealed record CreateResult<T>(bool Created, Versioned<T> Current);
