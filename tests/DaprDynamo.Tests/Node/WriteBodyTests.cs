using System.Text;
using System.Text.Json;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Node.PublicApi;
using Xunit;

namespace DaprDynamo.Tests.Node;

public class WriteBodyTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("1e5")]
    [InlineData("12345678901234567890123")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"a\\u0041\\/\\n\"")]
    [InlineData("\"\\uD83D\\uDE00\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[[],{},[{}],{\"a\":[]}]")]
    [InlineData("{\"a\":1,\"b\":[true,false,null],\"a\":2}")]
    public void A_value_stays_byte_for_byte_as_it_was_sent(string value)
    {
        var body = WriteBody.Parse(Encoding.UTF8.GetBytes($$"""{"value":{{value}},"clock":"c"}"""));

        Assert.Equal(value, Encoding.UTF8.GetString(body.Value!.Value.Span));
        Assert.Equal("c", body.Clock);
    }

    [Fact]
    public void White_space_between_the_tokens_goes_and_white_space_inside_strings_stays()
    {
        var body = WriteBody.Parse("\r\n { \"value\" : { \"a b\" : [ 1 ,\t2 ] , \"c\" : \" d \" } } "u8);

        Assert.Equal("""{"a b":[1,2],"c":" d "}""", Encoding.UTF8.GetString(body.Value!.Value.Span));
        Assert.Null(body.Clock);
    }

    [Fact]
    public void Members_it_does_not_know_are_passed_over() =>
        Assert.Equal("1", Encoding.UTF8.GetString(WriteBody.Parse("""{"x":{"value":2},"value":1,"y":[]}"""u8).Value!.Value.Span));

    [Fact]
    public void A_name_may_be_written_with_escapes() =>
        Assert.NotNull(WriteBody.Parse("""{"\u0076alue":1}"""u8).Value);

    [Fact]
    public void A_missing_value_is_told_apart_from_a_null_one()
    {
        Assert.Null(WriteBody.Parse("{}"u8).Value);
        Assert.NotNull(WriteBody.Parse("""{"value":null}"""u8).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("\"value\"")]
    [InlineData("{")]
    [InlineData("{\"value\":")]
    [InlineData("{\"value\":1")]
    [InlineData("{\"value\":[1}")]
    [InlineData("{\"value\":1,}")]
    [InlineData("{\"value\":1} {}")]
    [InlineData("{\"value\":1}x")]
    [InlineData("{\"value\":/*c*/1}")]
    [InlineData("{\"value\":NaN}")]
    [InlineData("{\"value\":01}")]
    [InlineData("{\"value\":1,\"value\":1}")]
    [InlineData("{\"value\":1,\"\\u0076alue\":1}")]
    [InlineData("{\"clock\":\"a\",\"clock\":\"a\"}")]
    [InlineData("{\"value\":1,\"clock\":1}")]
    [InlineData("{\"value\":\"\\uD800\"}")]
    [InlineData("{\"value\":{\"\\uDC00\":1}}")]
    [InlineData("{\"\\uDC00\":1}")]
    [InlineData("{'value':1}")]
    [InlineData("\uFEFF{\"value\":1}")]
    public void Anything_else_is_refused(string body) => Assert.ThrowsAny<JsonException>(() => WriteBody.Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Assert.Throws<JsonException>(() => WriteBody.Parse([.. "{\"value\":\""u8, 0xC3, 0x28, .. "\"}"u8]));

    [Theory]
    [InlineData(KeyApi.ValueDepthMax, true)]
    [InlineData(KeyApi.ValueDepthMax + 1, false)]
    [InlineData(10_000, false)]
    public void Nesting_is_bounded(int depth, bool accepted)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"value":{{new string('[', depth)}}{{new string(']', depth)}}}""");

        Assert.Equal(accepted, Record.Exception(() => WriteBody.Parse(body)) is null);
    }
}
