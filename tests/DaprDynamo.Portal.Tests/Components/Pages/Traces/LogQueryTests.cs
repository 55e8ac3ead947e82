using DaprDynamo.Portal.Components.Pages.Traces;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Traces;

public sealed class LogQueryTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Theory]
    [InlineData(TraceId)]
    [InlineData("  4BF92F3577B34DA6A3CE929D0E0E4736 ")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public void A_trace_id_is_found_however_it_is_given(string text)
    {
        var query = LogQuery.Of(text)!;
        Assert.Equal(TraceId, query.TraceId);
        Assert.Equal($"@TraceId = '{TraceId}' or CorrelationId = '{TraceId}'", query.Filter);
    }

    [Theory]
    [InlineData("order-17", "CorrelationId = 'order-17'")]
    [InlineData("it's", "CorrelationId = 'it''s'")]
    [InlineData("00000000000000000000000000000000", "CorrelationId = '00000000000000000000000000000000'")]
    public void Anything_else_is_a_correlation_id_of_the_clients_own(string text, string filter)
    {
        var query = LogQuery.Of(text)!;
        Assert.Null(query.TraceId);
        Assert.Equal(filter, query.Filter);
    }

    [Fact]
    public void Nothing_asks_for_nothing() => Assert.Null(LogQuery.Of("  "));
}
