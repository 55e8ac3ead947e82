using DaprDynamo.Portal.Components.Pages.Members;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Members;

public sealed class RingChangeTests
{
    [Theory]
    [InlineData(RingChangeKind.Join, "join=node-6&zone=b%20c")]
    [InlineData(RingChangeKind.Leave, "leave=node-6")]
    [InlineData(RingChangeKind.Remove, "remove=node-6")]
    [InlineData(RingChangeKind.Replace, "replace=node-6&by=node-7")]
    [InlineData(RingChangeKind.Rebalance, "rebalance=true")]
    public void A_change_is_planned_as_nodes_want_to_be_asked(RingChangeKind kind, string query) =>
        Assert.Equal(query, new RingChange(kind, "node-6", kind == RingChangeKind.Join ? "b c" : null, kind == RingChangeKind.Replace ? "node-7" : null).Query);

    [Fact]
    public void A_replacement_is_started_with_the_name_of_the_dead() => Assert.EndsWith(
        "--Dynamo:NodeId=node-7 --Dynamo:Replaces=node-2 --Dynamo:Seeds:0=node-1=http://a:1",
        new RingChange(RingChangeKind.Replace, "node-2", By: "node-7").Command("node-1=http://a:1", NodeRoad.Direct),
        StringComparison.Ordinal);

    [Fact]
    public void Through_Dapr_it_is_started_with_a_sidecar_under_its_name_and_finds_the_others_by_app_id()
    {
        var command = new RingChange(RingChangeKind.Join, "node-7").Command("node-1", NodeRoad.Dapr);
        Assert.StartsWith("dapr run --app-id node-7 --app-port 5080 ", command, StringComparison.Ordinal);
        Assert.EndsWith(" -- dotnet run --project src/DaprDynamo.Node -- --urls 'http://*:5080' --Dynamo:Transport=Dapr --Dynamo:Seeds:0=node-1", command, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_user_typed_reaches_the_shell_as_it_is() => Assert.Contains(
        @"'--Dynamo:Zone=it'\''s $(here)'", new RingChange(RingChangeKind.Join, "node-7", "it's $(here)").Command("node-1=http://a:1", NodeRoad.Direct), StringComparison.Ordinal);
}
