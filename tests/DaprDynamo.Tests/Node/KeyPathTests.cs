using System.Text;
using DaprDynamo.Contracts.PublicApi;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Node;

public class KeyPathTests
{
    [Theory]
    [InlineData("/v1/a", "a")]
    [InlineData("/v1/a/b", "a/b")]
    [InlineData("/v1/a%2Fb", "a/b")]
    [InlineData("/v1/a%2fb?quorum=1", "a/b")]
    [InlineData("/v1/../admin/ring", "../admin/ring")]
    [InlineData("/v1//", "/")]
    [InlineData("/v1/%25", "%")]
    [InlineData("/v1/%C3%BC", "ü")]
    [InlineData("/v1/a+b", "a+b")]
    [InlineData("/v1/a%00b", "a\0b")]
    [InlineData("http://host:1/v1/a?x", "a")]
    public void The_key_is_what_follows_the_prefix_decoded_once(string target, string expected)
    {
        Assert.True(KeyPath.TryFind(target, out var encoded));
        Assert.True(KeyPath.TryDecode(encoded, isBase64Url: false, out var key, out _));
        Assert.Equal(expected, Encoding.UTF8.GetString(key));
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v2/a")]
    [InlineData("/admin/ring")]
    [InlineData("*")]
    [InlineData("http://host")]
    public void Other_targets_name_no_key(string target) => Assert.False(KeyPath.TryFind(target, out _));

    [Theory]
    [InlineData("", false)]
    [InlineData("%", false)]
    [InlineData("%4", false)]
    [InlineData("%zz", false)]
    [InlineData("%C3%28", false)]
    [InlineData("%C0%AF", false)]
    [InlineData("%ED%A0%80", false)]
    [InlineData("", true)]
    [InlineData("YQ==", true)]
    [InlineData("a b", true)]
    [InlineData("%%", true)]
    [InlineData("a", true)]
    public void Malformed_keys_are_refused_with_a_sentence(string encoded, bool isBase64Url)
    {
        Assert.False(KeyPath.TryDecode(encoded, isBase64Url, out _, out var problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_key_is_at_most_1024_bytes_once_decoded(int length, bool accepted)
    {
        Assert.Equal(accepted, KeyPath.TryDecode(string.Concat(Enumerable.Repeat("%61", length)), false, out _, out _));
    }

    [Fact]
    public void Any_text_comes_through_both_encodings() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>().Filter(text => IsKey(text.Get)), text =>
        {
            var base64Url = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.Get));
            return KeyPath.TryDecode(Uri.EscapeDataString(text.Get), false, out var key, out _) && Encoding.UTF8.GetString(key) == text.Get
                && KeyPath.TryDecode(base64Url, true, out var same, out _) && same.AsSpan().SequenceEqual(key);
        }).QuickCheckThrowOnFailure();

    private static bool IsKey(string text) =>
        Encoding.UTF8.GetByteCount(text) <= 1024 && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);
}
