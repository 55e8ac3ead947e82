using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>Values are JSON text, returned byte for byte; only white space between tokens is dropped.</summary>
public abstract class ValuesContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    public static TheoryData<string> AsSent =>
    [
        "null", "true", "false",
        "0", "-0", "1.0", "1.10", "1e5", "1E+5", "1e-400", "1e400", "12345678901234567890", "-12345678901234567890.123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "\"\"", "\" \"", """
        "\u0041\/"
        """, """
        "\"\\\b\f\n\r\t"
        """, """
        "\u00e9\u00E9é"
        """, """
        "\ud83d\ude00😀"
        """, """
        "\u0000\u001f\u007f"
        """, "\"<script>&amp;'+\"", "\"日本語 ελληνικά עברית\"", "\"e\u0301 é\"", "\"\u2028\u2029\uFEFF\"", "\"a  b\\t c\"",
        "[]", "{}", "[[],{},[{}]]", "[1,1.0,1.00,\"1\"]", """{"b":1,"a":2,"B":3}""", """{"":{"value":[1],"clock":"x"}}""", """{"\u0061":1,"\/":2}""",
        """{"__proto__":null,"$type":"System.Object","constructor":[]}""",
    ];

    public static TheoryData<string, string> WithWhiteSpace => new()
    {
        { "  1  ", "1" },
        { " [ 1 , 2 ] ", "[1,2]" },
        { "{ \"a\" :\t[ 1 ,\r\n 2 ] , \"b\" : \" x  y \" }", """{"a":[1,2],"b":" x  y "}""" },
        { "[\n\n]", "[]" },
        { "{ }", "{}" },
        { "[ \"\\\" , \" , \"{ : }\" ]", """["\" , ","{ : }"]""" },
    };

    [Theory]
    [MemberData(nameof(AsSent))]
    public async Task A_created_value_comes_back_as_it_was_sent(string value)
    {
        var key = NewKey();

        await CreatedAsync(key, value);

        (await Api.GetAsync(key)).ShouldHold(value);
    }

    [Theory]
    [MemberData(nameof(AsSent))]
    public async Task A_written_value_comes_back_as_it_was_sent(string value)
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "\"before\"");

        (await Api.PutAsync(key, value, clock)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold(value);
    }

    [Theory]
    [MemberData(nameof(WithWhiteSpace))]
    public async Task White_space_between_tokens_is_dropped_and_nothing_else(string sent, string kept)
    {
        var key = NewKey();

        await CreatedAsync(key, sent);

        (await Api.GetAsync(key)).ShouldHold(kept);
    }

    [Fact]
    public async Task The_members_of_a_body_may_come_in_any_order_with_white_space_around_them()
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "1");

        (await Api.SendAsync(HttpMethod.Put, KeyApi.PathOf(key), $" {{ \"clock\" : \"{clock}\" ,\n \"value\" : 2 }} ")).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("2");
    }

    [Fact]
    public async Task A_null_value_is_a_value()
    {
        var key = NewKey();

        await CreatedAsync(key, "null");

        (await Api.GetAsync(key)).ShouldHold("null");
        (await Api.PostAsync(key, "1")).ShouldBeProblem(409);
    }

    [Fact]
    public async Task A_value_of_one_mebibyte_comes_back_whole()
    {
        var key = NewKey();
        var value = '"' + new string('v', 1024 * 1024 - 2) + '"';

        await CreatedAsync(key, value);

        Assert.True((await Api.GetAsync(key)).Values is [var read] && read == value, "The value read back is another.");
    }
}
