using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Core.Merkle;

/// <summary>
/// What a replica holds of one partition, in short (Dynamo, section 4.7): a root over <see cref="LeafCount"/> leaves, each
/// the exclusive-or of the <see cref="RecordDigest"/>s of its keys. So a change of one record changes one leaf, in whatever
/// order changes come, and two replicas find the keys they differ on by comparing a number, then 64, then a few keys.
/// Immutable.
/// </summary>
public sealed class HashTree
{
    /// <summary>How many leaves a tree has: one bit each of a 64-bit mask.</summary>
    public const int LeafCount = 64;

    /// <summary>The tree of a partition that holds nothing.</summary>
    public static readonly HashTree Empty = new([.. Enumerable.Repeat(0UL, LeafCount)]);

    private HashTree(ImmutableArray<ulong> leaves) => Leaves = leaves;

    /// <summary>The leaves.</summary>
    public ImmutableArray<ulong> Leaves { get; }

    /// <summary>The same for two trees exactly when their leaves are; 0 for an empty tree.</summary>
    public ulong Root
    {
        get
        {
            if (Leaves.All(leaf => leaf == 0))
            {
                return 0;
            }

            Span<byte> bytes = stackalloc byte[LeafCount * sizeof(ulong)];
            for (var leaf = 0; leaf < LeafCount; leaf++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(leaf * sizeof(ulong))..], Leaves[leaf]);
            }

            Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
            MD5.HashData(bytes, hash);
            return BinaryPrimitives.ReadUInt64LittleEndian(hash);
        }
    }

    /// <summary>The tree with some leaves, as read from a message.</summary>
    /// <exception cref="ArgumentException">There are not <see cref="LeafCount"/> of them.</exception>
    public static HashTree FromLeaves(ImmutableArray<ulong> leaves) =>
        leaves.Length == LeafCount ? new(leaves) : throw new ArgumentException($"A hash tree has {LeafCount} leaves.", nameof(leaves));

    /// <summary>The leaf a key belongs to. Taken from the low end of its position: the high end is the same all over a partition.</summary>
    public static int LeafOf(Key key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (int)(key.Position % LeafCount);
    }

    /// <summary>The tree after a key's record changed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="before">The record's digest before, 0 when there was none.</param>
    /// <param name="after">The record's digest after, 0 when there is none any more.</param>
    public HashTree With(Key key, ulong before, ulong after)
    {
        var leaf = LeafOf(key);
        return before == after ? this : new(Leaves.SetItem(leaf, Leaves[leaf] ^ before ^ after));
    }

    /// <summary>The leaves in which two trees differ: bit i stands for leaf i.</summary>
    public static ulong Differences(HashTree left, HashTree right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var different = 0UL;
        for (var leaf = 0; leaf < LeafCount; leaf++)
        {
            different |= left.Leaves[leaf] == right.Leaves[leaf] ? 0 : 1UL << leaf;
        }

        return different;
    }
}
