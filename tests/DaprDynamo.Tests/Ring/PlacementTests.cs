using System.Collections.Immutable;
using DaprDynamo.Core.Ring;
using FsCheck.Fluent;
using FsCheck;
using Xunit;

namespace DaprDynamo.Tests.Ring;

public class PlacementTests
{
    private static readonly PartitionSpace Space = new(64);

    [Fact]
    public void Placement_depends_on_the_records_alone_in_any_order() =>
        Prop.ForAll(Rings(), ring =>
        {
            var straight = Placement.Of(Space, 3, ring);
            var shuffled = Placement.Of(Space, 3, ring.OrderBy(member => member.NodeId.GetHashCode(StringComparison.Ordinal) % 7).Reverse());
            return straight.Digest == shuffled.Digest
                && Partitions().All(partition => straight.PreferenceListOf(partition).Walk.SequenceEqual(shuffled.PreferenceListOf(partition).Walk));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_preference_list_has_as_many_distinct_members_as_there_are_replicas_or_members() =>
        Prop.ForAll(Rings(), ArbMap.Default.GeneratorFor<PositiveInt>().Select(n => (n.Get % 5) + 1).ToArbitrary(), (ring, replicas) =>
        {
            var placement = Placement.Of(Space, replicas, ring);
            return Partitions().All(partition =>
            {
                var list = placement.PreferenceListOf(partition);
                return list.Primaries.Length == Math.Min(replicas, ring.Count)
                    && list.Walk.Distinct().Count() == ring.Count
                    && list.Primaries.Concat(list.Fallbacks).SequenceEqual(list.Walk);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Replicas_sit_in_different_zones_when_there_are_enough_zones() =>
        Prop.ForAll(Rings(), ring =>
        {
            var zones = ring.ToDictionary(member => member.NodeId, member => member.Zone);
            var possible = Math.Min(3, zones.Values.Distinct().Count());
            var placement = Placement.Of(Space, 3, ring);
            return Partitions().All(partition => placement.PreferenceListOf(partition).Primaries.Select(nodeId => zones[nodeId]).Distinct().Count() == possible);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Digests_are_equal_exactly_when_all_preference_lists_are() =>
        Prop.ForAll(Rings(), Rings(), (left, right) =>
        {
            var (one, other) = (Placement.Of(Space, 3, left), Placement.Of(Space, 3, right));
            var same = Partitions().All(partition => one.PreferenceListOf(partition).Walk.SequenceEqual(other.PreferenceListOf(partition).Walk));
            return same == (one.Digest == other.Digest);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_partition_belongs_to_the_owner_of_the_arc_it_lies_in()
    {
        var placement = Placement.Of(new PartitionSpace(8), 1, [Member("a", (2, 0)), Member("b", (5, 0))]);

        Assert.Equal(["b", "b", "a", "a", "a", "b", "b", "b"], Enumerable.Range(0, 8).Select(partition => placement.PreferenceListOf(partition).Primaries[0]));
    }

    [Fact]
    public void The_higher_claim_to_a_position_holds_and_of_equal_ones_the_lower_id()
    {
        var placement = Placement.Of(new PartitionSpace(4), 1, [Member("c", (0, 1), (1, 2), (2, 0)), Member("b", (0, 2), (1, 1), (2, 0)), Member("d", (3, 0))]);

        Assert.Equal(["b", "c", "b", "d"], Enumerable.Range(0, 4).Select(partition => placement.PreferenceListOf(partition).Primaries[0]));
    }

    [Fact]
    public void A_ring_without_members_has_empty_lists() =>
        Assert.Empty(Placement.Of(Space, 3, []).PreferenceListOf(0).Walk);

    [Fact]
    public void A_member_that_stands_there_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => Placement.Of(Space, 3, [Member("a", (0, 0)), Member("a", (1, 0))]));

    [Fact]
    public void A_token_outside_the_space_is_refused() =>
        Assert.Throws<ArgumentException>(() => Placement.Of(Space, 3, [Member("a", (64, 0))]));

    private static IEnumerable<int> Partitions() => Enumerable.Range(0, Space.Count);

    private static RingMember Member(string nodeId, params (int Partition, uint Claim)[] tokens) =>
        new(nodeId, "default", [.. tokens.Select(token => new Token(token.Partition, token.Claim))]);

    // Any tokens and zones at all, not only those that claims would lead to: records can arrive half-way through a change.
    private static Arbitrary<List<RingMember>> Rings() => (
        from members in Gen.Choose(1, 9)
        from tokens in Gen.ListOf(Gen.ListOf(from partition in Gen.Choose(0, 63) from claim in Gen.Choose(0, 3) select new Token(partition, (uint)claim)), members)
        from zones in Gen.ListOf(Gen.Choose(1, 4), members)
        select Enumerable.Range(0, members)
            .Select(i => new RingMember($"node-{i}", $"zone-{zones[i]}", tokens[i].DistinctBy(token => token.Partition).Order().ToImmutableArray()))
            .ToList()).ToArbitrary();
}
