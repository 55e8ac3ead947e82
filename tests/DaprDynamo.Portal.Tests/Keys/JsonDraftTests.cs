using DaprDynamo.Portal.Keys;
using Xunit;

namespace DaprDynamo.Portal.Tests.Keys;

public sealed class JsonDraftTests
{
    [Fact]
    public void A_mistake_is_told_by_line_and_column() => Assert.Equal("This is no JSON yet: line 2, column 8.", JsonDraft.Of("{\n  \"a\": x\n}").Trouble);

    [Fact]
    public void Nothing_is_no_value() => Assert.Equal("A value is needed: any JSON.", JsonDraft.Of("  ").Trouble);

    [Fact]
    public void A_value_as_deep_as_nodes_take_is_read_and_shown()
    {
        var draft = JsonDraft.Of(new string('[', 120) + new string(']', 120));
        Assert.Null(draft.Trouble);
        Assert.Null(JsonDraft.Of(JsonDraft.Show(draft.Value!.Value)).Trouble);
        Assert.Null(JsonDraft.Of(JsonDraft.Show(SiblingMerge.Of([draft.Value.Value]).Value)).Trouble);
    }

    [Fact]
    public void White_space_does_not_count() => Assert.Equal((null, 9), (JsonDraft.Of("{ \"a\" : [ 1 ] }").Trouble, JsonDraft.Of("{ \"a\" : [ 1 ] }").SizeBytes));

    [Fact]
    public void A_value_that_no_node_would_take_is_refused_before_it_is_sent() =>
        Assert.Equal("A value is at most 1,048,576 bytes; this one is 1,048,577.", JsonDraft.Of($"\"{new string('x', 1024 * 1024 - 1)}\"").Trouble);
}
