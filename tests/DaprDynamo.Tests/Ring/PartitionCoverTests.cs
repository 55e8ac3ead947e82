using DaprDynamo.Core.Ring;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Ring;

public sealed class PartitionCoverTests
{
    [Fact]
    public void Two_of_five_members_are_enough_where_two_keep_everything()
    {
        string[][] keepers = [["a", "b"], ["a", "c"], ["b", "d"], ["b", "e"]];
        var cover = PartitionCover.Choose(Enumerable.Range(0, 4), partition => keepers[partition], ["e", "d", "c", "b", "a"]);
        Assert.Equal(["b", "c"], cover.Keys.Order());
    }

    [Fact]
    public void Of_members_that_keep_as_much_the_first_candidate_is_asked()
    {
        var cover = PartitionCover.Choose([0, 1], _ => ["a", "b"], ["b", "a"]);
        Assert.Equal("b", Assert.Single(cover).Key);
    }

    [Fact]
    public void Every_partition_that_some_candidate_keeps_is_asked_of_exactly_one_who_keeps_it() => Prop.ForAll(
        Gen.Choose(0, 15).ListOf().ListOf().ToArbitrary(),
        keepers =>
        {
            string[] candidates = [.. Enumerable.Range(0, 12).Select(number => $"n{number}")];
            var cover = PartitionCover.Choose(Enumerable.Range(0, keepers.Count), partition => keepers[partition].Select(number => $"n{number}").Distinct(), candidates);
            var asked = cover.SelectMany(part => part.Value.Select(partition => (part.Key, Partition: partition))).ToList();
            Assert.All(asked, part => Assert.Contains(int.Parse(part.Key[1..], System.Globalization.CultureInfo.InvariantCulture), keepers[part.Partition]));
            Assert.Equal(
                Enumerable.Range(0, keepers.Count).Where(partition => keepers[partition].Any(number => number < 12)),
                asked.Select(part => part.Partition).Order());
        }).QuickCheckThrowOnFailure();
}
