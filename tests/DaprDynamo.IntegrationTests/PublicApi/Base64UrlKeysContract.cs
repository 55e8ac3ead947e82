using System.Buffers.Text;
using System.Text;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary><c>?encoding=base64url</c>: the path holds the key in base64url, for whoever's way there changes odd characters.</summary>
public abstract class Base64UrlKeysContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    private const string Encoded = "?encoding=base64url";

    [Fact]
    public async Task Without_the_parameter_the_same_path_is_another_key()
    {
        var key = NewKey();
        (await Api.SendAsync(HttpMethod.Post, PathOf(key) + Encoded, """{"value":1}""")).ShouldBeJson(201);

        (await Api.SendAsync(HttpMethod.Get, PathOf(key))).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_key_may_hold_the_zero_character()
    {
        var key = NewKey() + "\0end";

        (await Api.SendAsync(HttpMethod.Post, PathOf(key) + Encoded, """{"value":1}""")).ShouldBeJson(201);

        (await Api.SendAsync(HttpMethod.Get, PathOf(key) + Encoded)).ShouldHold("1");
    }

    [Fact]
    public async Task A_key_of_1024_bytes_is_accepted_and_one_byte_more_is_refused()
    {
        var longest = NewKey().PadRight(1024, 'x');

        (await Api.SendAsync(HttpMethod.Post, PathOf(longest) + Encoded, """{"value":1}""")).ShouldBeJson(201);
        (await Api.SendAsync(HttpMethod.Post, PathOf(longest + "x") + Encoded, """{"value":1}""")).ShouldBeProblem(400);
    }

    [Fact]
    public async Task An_encoding_nobody_knows_is_refused()
    {
        (await Api.GetAsync(NewKey(), "?encoding=rot13")).ShouldBeProblem(400);
        (await Api.PostAsync(NewKey(), "1", "?encoding=rot13")).ShouldBeProblem(400);
    }

    private static string PathOf(string key) => "/v1/" + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));
}
