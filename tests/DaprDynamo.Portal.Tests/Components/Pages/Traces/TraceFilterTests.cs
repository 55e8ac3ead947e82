using DaprDynamo.Portal.Components.Pages.Traces;
using DaprDynamo.Portal.Tests.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Traces;

public sealed class TraceFilterTests
{
    [Theory]
    [InlineData("verb=put", true)]
    [InlineData("verb=get", false)]
    [InlineData("key=cart", true)]
    [InlineData("key=T/7", true)]
    [InlineData("key=cart/8", false)]
    [InlineData("status=Written", true)]
    [InlineData("status=Created", false)]
    [InlineData("failures=1", false)]
    [InlineData("minMs=10", true)]
    [InlineData("minMs=10.5", false)]
    [InlineData("node=node-9", true)]
    [InlineData("node=node-2", true)]
    [InlineData("node=node-3", true)]
    [InlineData("node=node-4", false)]
    [InlineData("verb=put&key=cart&minMs=5", true)]
    [InlineData("verb=put&key=cart&minMs=50", false)]
    [InlineData("", true)]
    public void A_request_is_shown_when_it_meets_every_condition(string query, bool shown) =>
        Assert.Equal(shown, Parse(query).Accepts(SomeRequests.Forwarded()));

    [Fact]
    public void A_node_for_which_another_stood_in_had_a_part_too()
    {
        var hinted = SomeRequests.Trace(("node-1", SomeRequests.Put(1, SomeRequests.Call("node-4", "Hint", 0, 1) with { ServesId = "node-3" })));
        Assert.True(Parse("node=node-3").Accepts(hinted));
    }

    [Theory]
    [InlineData("minMs=nonsense")]
    [InlineData("minMs=-3")]
    [InlineData("minMs=NaN")]
    [InlineData("verb=%20")]
    [InlineData("key=")]
    [InlineData("failures=no")]
    public void What_means_nothing_sets_no_condition(string query) => Assert.True(Parse(query).IsEmpty);

    [Fact]
    public void A_filter_survives_the_query_string()
    {
        var filter = new TraceFilter { Verb = "get", Key = " a&b=c ", NodeId = "node-1", Status = "Found", FailuresOnly = true, DurationMsMin = 1.5 };
        var query = filter.ToQuery();
        Assert.Equal(filter, TraceFilter.Of(
            query["verb"] as string, query["key"] as string, query["node"] as string, query["status"] as string, query["failures"] as string, query["minMs"] as string));
        Assert.All(new TraceFilter().ToQuery().Values, Assert.Null);
    }

    private static TraceFilter Parse(string query)
    {
        var values = query.Split('&').Select(pair => pair.Split('=')).ToLookup(pair => pair[0], pair => Uri.UnescapeDataString(pair[^1]));
        string? Value(string name) => values[name].FirstOrDefault();
        return TraceFilter.Of(Value("verb"), Value("key"), Value("node"), Value("status"), Value("failures"), Value("minMs"));
    }
}
