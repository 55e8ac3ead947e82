using System.Text.Json;
using DaprDynamo.Portal.Keys;
using Xunit;

namespace DaprDynamo.Portal.Tests.Keys;

public sealed class SiblingMergeTests
{
    [Theory]
    [InlineData("""{"a":1}|{"b":2}""", """{"a":1,"b":2}""", "")]
    [InlineData("""["milk","bread"]|["milk","eggs"]""", """["milk","bread","eggs"]""", "")]
    [InlineData("""{"items":["milk"],"note":"x"}|{"items":["eggs"],"note":"y"}""", """{"items":["milk","eggs"],"note":"x"}""", "$.note")]
    [InlineData("""1|2""", "1", "$")]
    [InlineData("""{"a":{"b":{"c":1}}}|{"a":{"b":{"c":2,"d":3}}}""", """{"a":{"b":{"c":1,"d":3}}}""", "$.a.b.c")]
    [InlineData("""null|null""", "null", "")]
    [InlineData("""{"a":null}|{"a":1}""", """{"a":null}""", "$.a")]
    [InlineData("""[1]|{"a":1}""", "[1]", "$")]
    public void Members_and_elements_come_together_and_what_cannot_is_named(string siblings, string merged, string conflicts)
    {
        var result = SiblingMerge.Of(Parse(siblings));
        Assert.Equal(merged, result.Value?.ToJsonString() ?? "null");
        Assert.Equal(conflicts, string.Join(' ', result.Conflicts));
    }

    [Fact]
    public void A_value_that_has_a_name_twice_is_merged_with_the_last_that_it_says() =>
        Assert.Equal("""{"a":2,"b":3}""", SiblingMerge.Of(Parse("""{"a":1,"a":2}|{"b":3}""")).Value!.ToJsonString());

    [Fact]
    public void What_is_in_any_sibling_is_in_the_suggestion()
    {
        var merged = SiblingMerge.Of(Parse("""{"a":[1,2]}|{"a":[3]}|{"b":true,"a":[]}""")).Value!;
        Assert.Equal([1, 2, 3], merged["a"]!.AsArray().Select(element => element!.GetValue<int>()));
        Assert.True(merged["b"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}|{"a":1,"b":3,"c":4}""", "$.b $.c")]
    [InlineData("""{"a":1.0}|{"a":1}""", "")]
    [InlineData("""1|{"a":1}""", "$")]
    [InlineData("""{"a":{"x":1}}|{"a":{"x":2}}""", "$.a.x")]
    public void Differences_are_told_by_their_paths(string siblings, string paths) => Assert.Equal(paths, string.Join(' ', SiblingMerge.DifferencesOf(Parse(siblings))));

    private static List<JsonElement> Parse(string siblings) => [.. siblings.Split('|').Select(text => JsonElement.Parse(text))];
}
