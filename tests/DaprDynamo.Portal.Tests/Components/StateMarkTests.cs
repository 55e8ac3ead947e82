using Bunit;
using DaprDynamo.Portal.Components.Layout;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components;

public sealed class StateMarkTests : BunitContext
{
    [Theory]
    [InlineData("good")]
    [InlineData("warn")]
    [InlineData("bad")]
    [InlineData("busy")]
    [InlineData("unknown")]
    public void Every_state_is_told_in_words_and_has_a_shape_of_its_own(string tone)
    {
        var mark = Render<StateMark>(parameters => parameters.Add(state => state.Tone, tone).Add(state => state.Text, "so it is"));
        Assert.Contains("so it is", mark.Find("span span").TextContent, StringComparison.Ordinal);
        var shapes = new[] { "good", "warn", "bad", "busy", "unknown" }
            .Select(other => Render<StateMark>(parameters => parameters.Add(state => state.Tone, other).Add(state => state.Text, "")).Find("svg").InnerHtml);
        Assert.Single(shapes, shape => shape == mark.Find("svg").InnerHtml);
    }
}
