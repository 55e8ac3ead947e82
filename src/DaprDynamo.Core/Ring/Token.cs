namespace DaprDynamo.Core.Ring;

/// <summary>
/// A ring position a member claims: from this partition on, clockwise, until the next token of anyone.
/// <para>
/// Members write only their own records, so two may claim the same position, the old owner until it has noticed and the
/// new one. The higher claim holds; a newcomer claims one above what it takes over.
/// </para>
/// </summary>
/// <param name="Partition">The partition at which the arc begins, 0 to Q - 1.</param>
/// <param name="Claim">How often the position has changed hands, as far as its claimant knew.</param>
public readonly record struct Token(int Partition, uint Claim) : IComparable<Token>
{
    /// <summary>Orders tokens along the ring.</summary>
    public int CompareTo(Token other)
    {
        var byPartition = Partition.CompareTo(other.Partition);
        return byPartition != 0 ? byPartition : Claim.CompareTo(other.Claim);
    }

    /// <summary>Whether the left token comes before the right one.</summary>
    public static bool operator <(Token left, Token right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left token comes after the right one.</summary>
    public static bool operator >(Token left, Token right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left token is the right one or comes before it.</summary>
    public static bool operator <=(Token left, Token right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left token is the right one or comes after it.</summary>
    public static bool operator >=(Token left, Token right) => left.CompareTo(right) >= 0;
}
