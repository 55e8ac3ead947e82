using DaprDynamo.Portal.Components.Pages.Members;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Tests.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Pages.Members;

public sealed class MemberViewTests
{
    [Theory]
    [InlineData("New", "None", "Up", "wants to join")]
    [InlineData("Pending", "Copying", "Up", "joining, copies")]
    [InlineData("Pending", "Switched", "Up", "joining, takes over")]
    [InlineData("Ready", "None", "Up", "ready")]
    [InlineData("Ready", "Copying", "Up", "changes places")]
    [InlineData("Leaving", "Copying", "Up", "leaving, others copy")]
    [InlineData("Ready", "None", "Suspect", "suspect")]
    [InlineData("Left", "None", "Up", "has left")]
    public void Its_state_is_told_in_words(string state, string phase, string health, string words)
    {
        var cluster = Clusters.Of(3).With("node-2", member => member with { State = state, Phase = phase, Health = health });
        Assert.Equal(words, MemberView.Of(cluster).Single(view => view.Member.NodeId == "node-2").State);
    }

    [Fact]
    public void A_node_that_the_portal_does_not_reach_is_silent_whatever_others_say()
    {
        var cluster = Clusters.Of(3).With("node-2", node => node with { Feed = FeedState.Lost });
        var view = MemberView.Of(cluster).Single(view => view.Member.NodeId == "node-2");
        Assert.Equal(("bad", "silent", false), (view.Tone, view.State, view.Answers));
    }

    [Fact]
    public void Load_is_told_against_the_mean_of_those_on_the_ring()
    {
        Assert.All(MemberView.Of(Clusters.Of(4, partitions: 16)), view => Assert.Equal(1, view.LoadToMean!.Value, 6));
        Assert.Equal(1.2, MemberView.Of(Clusters.Of(5, partitions: 16, replicas: 1))[0].LoadToMean!.Value, 1);
    }

    [Fact]
    public void Those_that_are_gone_come_last() => Assert.Equal(
        ["node-2", "node-3", "node-1"],
        MemberView.Of(Clusters.Of(3).With("node-1", member => member with { IsRemoved = true })).Select(view => view.Member.NodeId));
}
