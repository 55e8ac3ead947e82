using DaprDynamo.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Versioning;

public class VersionVectorTests
{
    [Fact]
    public void A_merge_has_seen_what_either_has_and_nothing_else() =>
        Prop.ForAll(Vectors(), Vectors(), (left, right) =>
        {
            var merged = left.Merge(right);
            return merged.Descends(left) && merged.Descends(right)
                && merged.Entries.All(entry => left.CounterOf(entry.Actor) == entry.Counter || right.CounterOf(entry.Actor) == entry.Counter);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_two_vectors_is_the_mirror_of_their_order_the_other_way_round() =>
        Prop.ForAll(Vectors(), Vectors(), (left, right) => (left.CompareWith(right), right.CompareWith(left)) switch
        {
            (CausalOrder.Equal, CausalOrder.Equal) => left.Equals(right) && left.GetHashCode() == right.GetHashCode(),
            (CausalOrder.Before, CausalOrder.After) or (CausalOrder.After, CausalOrder.Before) => !left.Equals(right),
            (CausalOrder.Concurrent, CausalOrder.Concurrent) => !left.Descends(right) && !right.Descends(left),
            _ => false,
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_vector_contains_the_dots_up_to_its_counter()
    {
        var actor = new Actor("a", 1, 1);
        var vector = VersionVector.Of(new Dot(actor, 3));

        Assert.True(vector.Contains(new Dot(actor, 3)));
        Assert.True(vector.Contains(new Dot(actor, 1)));
        Assert.False(vector.Contains(new Dot(actor, 4)));
        Assert.False(vector.Contains(new Dot(actor with { Epoch = 2 }, 1)));
    }

    [Fact]
    public void A_counter_of_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => VersionVector.Of(new Dot(new Actor("a", 1, 1), 0)));

    internal static Arbitrary<VersionVector> Vectors() =>
        Gen.ListOf(from node in Gen.Choose(0, 3)
                   from epoch in Gen.Choose(1, 2)
                   from counter in Gen.Choose(1, 5)
                   select new Dot(new Actor($"node-{node}", ulong.MaxValue, (ulong)epoch), (ulong)counter))
            .Select(dots => VersionVector.Of([.. dots])).ToArbitrary();
}
