using System.Buffers.Text;
using System.Text;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>A key is the UTF-8 of the percent-decoded path after <c>/v1/</c>, any characters, kept as they are.</summary>
public abstract class KeysContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    public static TheoryData<string> Keys =>
    [
        "a", "a/b", "/", "//", "a//b", "/a", "a/", ".", "..", "...", "a/..", "../a", "a/../b", "./a", "a/./b", "../../etc/passwd",
        "a b", "a%b", "%2F", "%", "a+b", "a?b", "a#b", "a&b=c", "a;b", "a:b", "a@b", "a,b", "a\\b", "a\"b", "a'b", "<a>", "{key}", "[a]", "a|b", "a^b`c",
        "~", "a\tb", "a\nb", "a\r\nb", "\u007f", " ", " a ", "é", "e\u0301", "日本語", "😀", "\u202e", "\ufeff", "\ufffd", "v1/a", "state/x", "healthz/live", "clock", "quorum",
    ];

    /// <summary>Two spellings of a path's last part, each completed by the same unique prefix.</summary>
    public static TheoryData<string, string> SameKey => new()
    {
        { "a/b", "a%2Fb" },
        { "a/b", "a%2fb" },
        { "a//b", "a%2F/b" },
        { "a//b", "a/%2Fb" },
        { "abc", "%61%62%63" },
        { "x/../y", "x/%2e%2E/y" },
        { "x/./y", "x%2F.%2Fy" },
        { "x/..", "x/%2E." },
        { "a+b", "a%2Bb" },
        { "%C3%A9", "%c3%a9" },
        { "~-._", "%7E%2D%2E%5F" },
        { "a:b@c!$&'()*,;=", "a%3Ab%40c%21%24%26%27%28%29%2A%2C%3B%3D" },
    };

    public static TheoryData<string, string> OtherKeys => new()
    {
        { "a/b", "a//b" },
        { "a", "a/" },
        { "a", "./a" },
        { "x/../y", "y" },
        { "a/./b", "a/b" },
        { "a", "A" },
        { "a+b", "a%20b" },
        { "a%252Fb", "a/b" },
        { "%C3%A9", "e%CC%81" },
        { "a", "a%20" },
        { "a", "a%2E" },
        { "a%5Cb", "a/b" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_key_of_any_characters_is_created_read_written_and_deleted(string key)
    {
        await Api.DeleteAsync(key); // Another test may have left it.

        var clock = await CreatedAsync(key, "1");
        (await Api.GetAsync(key)).ShouldHold("1");
        (await Api.PutAsync(key, "2", clock)).ShouldBeJson(200);
        (await Api.GetAsync(key)).ShouldHold("2");
        (await Api.DeleteAsync(key)).ShouldBeJson(200);
        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Theory]
    [MemberData(nameof(SameKey))]
    public async Task Two_spellings_of_a_path_are_one_key(string written, string read)
    {
        var prefix = $"/v1/{NewKey()}/";

        (await Api.SendAsync(HttpMethod.Post, prefix + written, """{"value":1}""")).ShouldBeJson(201);

        (await Api.SendAsync(HttpMethod.Get, prefix + read)).ShouldHold("1");
    }

    [Theory]
    [MemberData(nameof(OtherKeys))]
    public async Task Paths_that_look_alike_are_different_keys(string written, string other)
    {
        var prefix = $"/v1/{NewKey()}/";

        (await Api.SendAsync(HttpMethod.Post, prefix + written, """{"value":1}""")).ShouldBeJson(201);

        (await Api.SendAsync(HttpMethod.Get, prefix + other)).ShouldBeProblem(404);
        (await Api.SendAsync(HttpMethod.Post, prefix + other, """{"value":2}""")).ShouldBeJson(201);
        (await Api.SendAsync(HttpMethod.Get, prefix + written)).ShouldHold("1");
    }

    [Theory]
    [InlineData("k")]
    [InlineData("é")]
    [InlineData("語")]
    [InlineData("😀")]
    public async Task A_key_of_1024_bytes_is_accepted_and_one_byte_more_is_refused(string letter)
    {
        var longest = NewKey();
        var letterSizeBytes = Encoding.UTF8.GetByteCount(letter);
        while (Encoding.UTF8.GetByteCount(longest) + letterSizeBytes <= 1024)
        {
            longest += letter;
        }

        longest += new string('x', 1024 - Encoding.UTF8.GetByteCount(longest));

        (await Api.PostAsync(longest, "1")).ShouldBeJson(201);
        (await Api.GetAsync(longest)).ShouldHold("1");
        (await Api.PostAsync(longest + "x", "1")).ShouldBeProblem(400);
        (await Api.GetAsync(longest + "x")).ShouldBeProblem(400);
    }

    [Fact]
    public async Task The_empty_key_is_refused()
    {
        (await Api.SendAsync(HttpMethod.Get, "/v1/")).ShouldBeProblem(400);
        (await Api.SendAsync(HttpMethod.Post, "/v1/", """{"value":1}""")).ShouldBeProblem(400);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a/b")]
    [InlineData("../a//b")]
    [InlineData("%2F%zz")]
    [InlineData("ÿÿÿ???>>>")]
    [InlineData("日本語 😀")]
    public async Task Base64url_in_the_path_names_the_same_key(string text)
    {
        var key = NewKey() + text;

        (await Api.SendAsync(HttpMethod.Post, Base64UrlOf(key), """{"value":1}""")).ShouldBeJson(201);
        var plain = (await Api.GetAsync(key)).ShouldHold("1");
        (await Api.SendAsync(HttpMethod.Put, Base64UrlOf(key), $$"""{"value":2,"clock":"{{plain.Clock}}"}""")).ShouldBeJson(200);
        (await Api.SendAsync(HttpMethod.Get, Base64UrlOf(key))).ShouldHold("2");
        (await Api.SendAsync(HttpMethod.Delete, Base64UrlOf(key) + "&quorum=2")).ShouldBeJson(200);
        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    private static string Base64UrlOf(string key) => $"/v1/{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key))}?encoding=base64url";
}
