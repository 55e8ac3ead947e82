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
            return AllDots().All(dot => merged.Contains(dot) == (left.Contains(dot) || right.Contains(dot)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_vector_descends_from_another_exactly_when_it_contains_all_of_its_dots() =>
        Prop.ForAll(Vectors(), Vectors(), (left, right) =>
            left.Descends(right) == AllDots().All(dot => left.Contains(dot) || !right.Contains(dot))).QuickCheckThrowOnFailure();

    [Fact]
    public void Vectors_that_have_seen_the_same_are_equal_however_they_came_to_it() =>
        Prop.ForAll(Vectors(), vector =>
            AllDots().Where(vector.Contains).Reverse().Aggregate(VersionVector.Empty, (sofar, dot) => sofar.With(dot)).Equals(vector)).QuickCheckThrowOnFailure();

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

    [Fact]
    public void A_single_dot_says_nothing_of_those_before_it()
    {
        var actor = new Actor("a", 1, 1);
        var vector = VersionVector.Of(new Dot(actor, 1)).With(new Dot(actor, 3));

        Assert.False(vector.Contains(new Dot(actor, 2)));
        Assert.True(vector.Contains(new Dot(actor, 3)));
        Assert.Equal(VersionVector.Of(new Dot(actor, 3)), vector.With(new Dot(actor, 2)));
    }

    internal static Arbitrary<VersionVector> Vectors() => (
        from entries in Gen.ListOf(Dots())
        from singles in Gen.ListOf(Dots())
        select VersionVector.FromParts(entries, singles)).ToArbitrary();

    private const int NodesMax = 3;
    private const int EpochsMax = 2;
    private const int CountersMax = 6;

    private static Gen<Dot> Dots() =>
        from node in Gen.Choose(0, NodesMax)
        from epoch in Gen.Choose(1, EpochsMax)
        from counter in Gen.Choose(1, CountersMax)
        select DotOf(node, epoch, counter);

    private static IEnumerable<Dot> AllDots() =>
        from node in Enumerable.Range(0, NodesMax + 1)
        from epoch in Enumerable.Range(1, EpochsMax)
        from counter in Enumerable.Range(1, CountersMax)
        select DotOf(node, epoch, counter);

    private static Dot DotOf(int node, int epoch, int counter) => new(new Actor($"node-{node}", ulong.MaxValue, (ulong)epoch), (ulong)counter);
}
