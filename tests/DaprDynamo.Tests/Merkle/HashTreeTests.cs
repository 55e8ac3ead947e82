using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Merkle;

public class HashTreeTests
{
    [Fact]
    public void The_order_of_changes_does_not_matter() =>
        Prop.ForAll(Contents(), contents =>
        {
            var forward = contents.Aggregate(HashTree.Empty, (tree, pair) => tree.With(pair.Key, 0, pair.Value));
            var backward = contents.Reverse().Aggregate(HashTree.Empty, (tree, pair) => tree.With(pair.Key, 0, pair.Value));
            return forward.Root == backward.Root && HashTree.Differences(forward, backward) == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Changing_a_record_there_and_back_leaves_the_tree_as_it_was() =>
        Prop.ForAll(Contents(), contents =>
        {
            var tree = contents.Aggregate(HashTree.Empty, (tree, pair) => tree.With(pair.Key, 0, pair.Value));
            var key = Key.FromText("another");
            return tree.With(key, 0, 5).With(key, 5, 7).With(key, 7, 0).Root == tree.Root;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_single_difference_shows_in_the_root_and_in_exactly_its_leaf() =>
        Prop.ForAll(Contents(), contents =>
        {
            var tree = contents.Aggregate(HashTree.Empty, (tree, pair) => tree.With(pair.Key, 0, pair.Value));
            return contents.All(pair =>
            {
                var changed = tree.With(pair.Key, pair.Value, pair.Value ^ 1);
                return changed.Root != tree.Root && HashTree.Differences(tree, changed) == 1UL << HashTree.LeafOf(pair.Key);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_empty_tree_has_the_root_zero() => Assert.Equal(0UL, HashTree.Empty.Root);

    [Fact]
    public void Leaves_make_the_tree_they_came_from()
    {
        var tree = HashTree.Empty.With(Key.FromText("a"), 0, 1).With(Key.FromText("b"), 0, 2);

        Assert.Equal(tree.Root, HashTree.FromLeaves(tree.Leaves).Root);
        Assert.Throws<ArgumentException>(() => HashTree.FromLeaves([1, 2, 3]));
    }

    [Fact]
    public void Digests_tell_keys_contexts_and_siblings_apart_and_nothing_else()
    {
        var key = Key.FromText("key");
        var one = DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("a", 1, 1), "1"u8.ToArray());
        var replaced = one.Write(one.Context, new Actor("a", 1, 1), "2"u8.ToArray());
        var both = one.Write(VersionVector.Empty, new Actor("a", 1, 1), "2"u8.ToArray());
        var deleted = replaced.Delete(replaced.Context);

        ulong[] digests =
        [
            RecordDigest.Of(key, one), RecordDigest.Of(Key.FromText("other"), one), RecordDigest.Of(key, replaced), RecordDigest.Of(key, both), RecordDigest.Of(key, deleted),
        ];

        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.Equal(RecordDigest.Of(key, replaced), RecordDigest.Of(key, one.Merge(replaced)));
        Assert.Equal(0UL, RecordDigest.Of(key, DottedVersionVectorSet.Empty));
    }

    private static Arbitrary<KeyValuePair<Key, ulong>[]> Contents() => (
        from count in Gen.Choose(0, 40)
        from digests in Gen.ArrayOf(Gen.Choose(1, int.MaxValue), count)
        select digests.Select((digest, i) => KeyValuePair.Create(Key.FromText($"key {i}"), (ulong)digest)).ToArray()).ToArbitrary();
}
