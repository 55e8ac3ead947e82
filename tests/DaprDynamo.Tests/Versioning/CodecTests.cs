using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Versioning;

public class CodecTests
{
    private static readonly Key SomeKey = Key.FromText("some key");

    [Fact]
    public void A_record_comes_back_as_it_was_written() =>
        Prop.ForAll(Records(), record =>
        {
            var read = RecordCodec.Decode(RecordCodec.Encode(record));
            return read.Equals(record)
                && read.Siblings.Zip(record.Siblings).All(pair => pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_flipped_bit_or_missing_byte_of_a_record_is_noticed() =>
        Prop.ForAll(Records(), ArbMap.Default.ArbFor<NonNegativeInt>(), (record, place) =>
        {
            var bytes = RecordCodec.Encode(record);
            var flipped = bytes.ToArray();
            flipped[place.Get / 8 % bytes.Length] ^= (byte)(1 << (place.Get % 8));
            return IsRefused(flipped) && IsRefused(bytes[..(place.Get % bytes.Length)]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_clock_comes_back_as_it_was_made_and_needs_no_escaping_in_an_address() =>
        Prop.ForAll(VersionVectorTests.Vectors(), context =>
        {
            var token = ContextToken.Encode("cluster", SomeKey, context);
            return ContextToken.TryDecode("cluster", SomeKey, token, out var read) && read.Equals(context) && Uri.EscapeDataString(token) == token;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_clock_of_another_key_or_another_cluster_is_refused()
    {
        var token = ContextToken.Encode("cluster", SomeKey, VersionVector.Of(new Dot(new Actor("a", 1, 1), 1)));

        Assert.False(ContextToken.TryDecode("cluster", Key.FromText("another key"), token, out _));
        Assert.False(ContextToken.TryDecode("another cluster", SomeKey, token, out _));
    }

    [Fact]
    public void No_text_whatever_makes_a_clock_fail_otherwise_than_by_being_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => !ContextToken.TryDecode("cluster", SomeKey, text, out _)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AQ==")]
    [InlineData("AQ ")]
    [InlineData("not a clock")]
    [InlineData("AQEGbm9kZS0x")]
    public void A_malformed_clock_is_refused(string text) => Assert.False(ContextToken.TryDecode("cluster", SomeKey, text, out _));

    [Fact]
    public void A_clock_whose_counter_no_one_could_have_reached_is_refused()
    {
        var token = ContextToken.Encode("cluster", SomeKey, VersionVector.Of(new Dot(new Actor("a", 1, 1), ulong.MaxValue)));

        Assert.False(ContextToken.TryDecode("cluster", SomeKey, token, out _));
    }

    [Fact]
    public void The_checksum_is_the_one_of_rfc_3720() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            RecordCodec.Decode(bytes);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static Arbitrary<DottedVersionVectorSet> Records() => (
        from context in VersionVectorTests.Vectors().Generator
        from kept in Gen.ListOf(Gen.Choose(0, 1), context.Entries.Length)
        from values in Gen.ListOf(ArbMap.Default.GeneratorFor<byte[]>(), context.Entries.Length)
        select DottedVersionVectorSet.FromParts(
            context,
            context.Entries.Where((_, i) => kept[i] == 1).Select((dot, i) => new Sibling(dot, values[i])))).ToArbitrary();
}
