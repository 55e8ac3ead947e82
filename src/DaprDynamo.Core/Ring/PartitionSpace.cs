using System.Globalization;
using System.Numerics;

namespace DaprDynamo.Core.Ring;

/// <summary>
/// The hash space cut into Q equal partitions, Q a power of two fixed when a cluster is created
/// (Dynamo, section 6.2, strategy 3). The partition of a key is the top log2(Q) bits of its position.
/// </summary>
public sealed record PartitionSpace
{
    /// <summary>The largest Q: more would make ring descriptions too large to gossip.</summary>
    public const int CountMax = 65_536;

    private readonly int _shift;

    /// <summary>Cuts the space.</summary>
    /// <param name="count">Q: a power of two, 1 to <see cref="CountMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is no power of two or out of range.</exception>
    public PartitionSpace(int count)
    {
        if (count is < 1 or > CountMax || !BitOperations.IsPow2(count))
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, string.Create(CultureInfo.InvariantCulture, $"The number of partitions is a power of two, 1 to {CountMax}."));
        }

        Count = count;
        _shift = 64 - BitOperations.Log2((uint)count);
    }

    /// <summary>How many partitions there are: Q.</summary>
    public int Count { get; }

    /// <summary>The partition a key lies in, 0 to Q - 1.</summary>
    public int PartitionOf(Key key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // A shift by 64 would be a shift by 0: with one partition there is nothing to tell apart.
        return Count == 1 ? 0 : (int)(key.Position >> _shift);
    }
}
