namespace DaprDynamo.Core.Versioning;

/// <summary>One of the values a key has at the same time: what a write stored, and the write's name.</summary>
/// <param name="Dot">The name of the write.</param>
/// <param name="Value">What it stored: JSON text in UTF-8. Never changed once the sibling exists.</param>
public readonly record struct Sibling(Dot Dot, ReadOnlyMemory<byte> Value)
{
    /// <summary>Whether both are the same write. The dot tells; a dot never stands for two values.</summary>
    public bool Equals(Sibling other) => Dot == other.Dot;

    /// <inheritdoc/>
    public override int GetHashCode() => Dot.GetHashCode();
}
