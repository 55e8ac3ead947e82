using DaprDynamo.Core.Ring;
using Xunit.Abstractions;
using Xunit;

namespace DaprDynamo.Tests.Ring;

public class RingBalanceTests(ITestOutputHelper output)
{
    private const double BalanceMax = 1.10;
    private const double BalanceAfterLeavesMax = 1.30;
    private const double MovementMax = 1.25;

    [Theory]
    [InlineData(1024, 64)]
    [InlineData(256, 12)]
    public void Members_joining_one_by_one_are_loaded_evenly_and_move_no_more_than_they_must(int partitions, int membersMax)
    {
        var space = new PartitionSpace(partitions);
        var ring = RingOf.Joined(space, 2);
        var before = Placement.Of(space, 3, ring);
        output.WriteLine($"Q = {partitions}, N = 3");
        output.WriteLine("members  tokens  primaries max/mean  replicas max/mean  moved/unavoidable");
        for (var number = 3; number <= membersMax; number++)
        {
            RingOf.Join(space, ring, number);
            var after = Placement.Of(space, 3, ring);
            var moved = PlacementChange.Between(before, after).MovedReplicas / PlacementChange.UnavoidableOfJoin(after);
            output.WriteLine($"{number,7}  {ring[^1].Tokens.Length,6}  {after.Balance.Primaries,18:F3}  {after.Balance.Replicas,17:F3}  {moved,17:F3}");

            Assert.InRange(after.Balance.Primaries, 1, BalanceMax);
            Assert.InRange(after.Balance.Replicas, 1, BalanceMax);
            Assert.InRange(moved, 0, MovementMax);
            before = after;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_sequence_of_leaves_keeps_the_balance_and_moves_no_more_than_it_must(int seed)
    {
        var space = new PartitionSpace(1024);
        var random = new Random(seed);
        var ring = RingOf.Joined(space, 64);
        var (primaries, replicas, movement) = (1.0, 1.0, 1.0);
        while (ring.Count > 3)
        {
            var leaver = ring[random.Next(ring.Count)].NodeId;
            var before = Placement.Of(space, 3, ring);
            ring = [.. LeavePlan.Heirs(space, 3, ring, leaver)];
            var after = Placement.Of(space, 3, ring);
            var moved = PlacementChange.Between(before, after).MovedReplicas / (double)PlacementChange.UnavoidableOfLeave(before, leaver);

            Assert.InRange(after.Balance.Primaries, 1, BalanceAfterLeavesMax);
            Assert.InRange(after.Balance.Replicas, 1, BalanceAfterLeavesMax);
            Assert.InRange(moved, 0, MovementMax);
            (primaries, replicas, movement) = (Math.Max(primaries, after.Balance.Primaries), Math.Max(replicas, after.Balance.Replicas), Math.Max(movement, moved));
        }

        output.WriteLine($"seed {seed}, 64 members down to 3, worst: primaries {primaries:F3}, replicas {replicas:F3}, moved/unavoidable {movement:F3}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Joins_and_leaves_in_any_mix_keep_the_balance(int seed)
    {
        var space = new PartitionSpace(1024);
        var random = new Random(seed);
        var ring = RingOf.Joined(space, 8);
        var worst = 1.0;
        for (var change = 0; change < 60; change++)
        {
            if (ring.Count > 4 && random.Next(2) == 0)
            {
                ring = [.. LeavePlan.Heirs(space, 3, ring, ring[random.Next(ring.Count)].NodeId)];
            }
            else
            {
                RingOf.Join(space, ring, number: 100 + change);
            }

            var balance = Placement.Of(space, 3, ring).Balance;
            worst = Math.Max(worst, Math.Max(balance.Primaries, balance.Replicas));
            Assert.InRange(worst, 1, BalanceAfterLeavesMax);
        }

        output.WriteLine($"seed {seed}, 60 changes, worst balance {worst:F3}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rebalancing_one_token_at_a_time_evens_out_a_ring_whose_members_vanished(int seed)
    {
        var space = new PartitionSpace(1024);
        var random = new Random(seed);
        var ring = RingOf.Joined(space, 24);
        for (var gone = 0; gone < 12; gone++)
        {
            // Nobody claims what they had: their arcs fall to whoever comes before them.
            ring.RemoveAt(random.Next(ring.Count));
        }

        var uneven = Placement.Of(space, 3, ring);
        var steps = 0;
        while (Rebalance.NextStep(space, 3, ring) is { } step)
        {
            Assert.True(++steps <= space.Count, "Rebalancing does not come to an end.");
            ring[ring.FindIndex(member => member.NodeId == step.NodeId)] = step;
        }

        var even = Placement.Of(space, 3, ring);
        output.WriteLine(
            $"seed {seed}: {steps} steps from {uneven.Balance.Primaries:F3}/{uneven.Balance.Replicas:F3} to {even.Balance.Primaries:F3}/{even.Balance.Replicas:F3}, {PlacementChange.Between(uneven, even).MovedReplicas} replicas moved");
        Assert.InRange(even.Balance.Primaries, 1, BalanceMax);
        Assert.InRange(even.Balance.Replicas, 1, BalanceMax);
    }

    [Fact]
    public void Three_zones_of_equal_size_each_keep_a_copy_of_everything()
    {
        var space = new PartitionSpace(1024);
        var ring = RingOf.Joined(space, 9, zones: 3);
        var zones = ring.ToDictionary(member => member.NodeId, member => member.Zone);
        var placement = Placement.Of(space, 3, ring);

        Assert.All(Enumerable.Range(0, 1024), partition =>
            Assert.Equal(3, placement.PreferenceListOf(partition).Primaries.Select(nodeId => zones[nodeId]).Distinct().Count()));
        Assert.InRange(placement.Balance.Replicas, 1, BalanceMax);
    }

    [Fact]
    public void Nodes_that_know_the_same_members_claim_the_same_tokens_for_a_newcomer()
    {
        var space = new PartitionSpace(256);
        var ring = RingOf.Joined(space, 7);

        Assert.Equal(
            TokenClaim.Claim(space, 3, ring, "node-8", "zone-0").AsEnumerable(),
            TokenClaim.Claim(space, 3, [.. ring.AsEnumerable().Reverse()], "node-8", "zone-0").AsEnumerable());
    }
}
