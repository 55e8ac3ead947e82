using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Portal.Proxy;
using Xunit;

namespace DaprDynamo.Portal.Tests.Proxy;

public sealed class KeyTargetTests
{
    [Theory]
    [InlineData("/v1/a%2Fb//..?quorum=2", "", "/v1/a%2Fb//..?quorum=2", "a/b//..")]
    [InlineData("http://host:1/v1/../x", "", "/v1/../x", "../x")]
    [InlineData("/v1/YQ?encoding=base64url", "base64url", "/v1/YQ?encoding=base64url", "a")]
    public void A_target_goes_on_as_it_was_sent_and_its_key_is_known(string target, string encoding, string pathAndQuery, string key)
    {
        var read = Read(target, encoding);
        Assert.Equal((pathAndQuery, key), (read.PathAndQuery, read.Key?.ToString()));
    }

    [Theory]
    [InlineData("/v1/a", "", "/v1/YQ?encoding=base64url")]
    [InlineData("/v1/..?quorum=2", "", "/v1/Li4?quorum=2&encoding=base64url")]
    [InlineData("/v1/YQ?encoding=base64url&quorum=2", "base64url", "/v1/YQ?encoding=base64url&quorum=2")]
    [InlineData("/v1/a?encoding=rot13", "rot13", "/v1/YQ?encoding=rot13&encoding=base64url")]
    public void For_a_sidecar_the_key_is_wrapped_up(string target, string encoding, string expected) =>
        Assert.Equal(expected, Read(target, encoding).ForSidecar());

    [Theory]
    [InlineData("/v1/")]
    [InlineData("/v1/%zz")]
    [InlineData("/v1/%FF")]
    public void What_names_no_key_is_for_nobody(string target)
    {
        var read = Read(target, "");
        Assert.Null(read.Key);
        Assert.Null(read.ForSidecar());
        Assert.EndsWith(".", read.Trouble, StringComparison.Ordinal);
    }

    private static KeyTarget Read(string target, string encoding)
    {
        Assert.True(KeyPath.TryFind(target, out var encodedKey));
        return KeyTarget.Read(target, encodedKey, encoding.Length == 0 ? default : encoding);
    }
}
