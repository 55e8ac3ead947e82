using DaprDynamo.Core.Ring;
using Xunit;

namespace DaprDynamo.Tests.Ring;

public class KeyTests
{
    [Fact]
    public void A_keys_position_is_the_first_64_bits_of_its_md5() =>
        Assert.Equal("5d41402abc4b2a76", Key.FromText("hello").HashText);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(16, 5)]
    [InlineData(256, 0x5d)]
    [InlineData(65_536, 0x5d41)]
    public void A_keys_partition_is_the_top_bits_of_its_position(int partitions, int expected) =>
        Assert.Equal(expected, new PartitionSpace(partitions).PartitionOf(Key.FromText("hello")));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-4)]
    [InlineData(131_072)]
    public void A_number_of_partitions_that_is_no_power_of_two_or_too_large_is_refused(int partitions) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartitionSpace(partitions));

    [Fact]
    public void Keys_are_1_to_1024_bytes_of_utf8()
    {
        Assert.True(Key.TryFromUtf8(new byte[1024].AsSpan(), out _));
        Assert.False(Key.TryFromUtf8(new byte[1025], out _));
        Assert.False(Key.TryFromUtf8([], out _));
        Assert.False(Key.TryFromUtf8([0xED, 0xA0, 0x80], out _));
        Assert.Throws<ArgumentException>(() => Key.FromUtf8([0xC3, 0x28]));
        Assert.ThrowsAny<ArgumentException>(() => Key.FromText("\uD800"));
    }

    [Fact]
    public void Keys_are_ordered_by_their_bytes()
    {
        Key[] sorted = [Key.FromText("Z"), Key.FromText("a"), Key.FromText("a/"), Key.FromText("é"), Key.FromText("\uFFFD"), Key.FromText("😀")];

        Assert.Equal(sorted, sorted.Reverse().Order());
    }
}
