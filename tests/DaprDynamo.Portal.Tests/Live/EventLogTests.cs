using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class EventLogTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_change_of_a_member_that_every_node_tells_of_is_kept_once()
    {
        var log = new EventLog();
        log.Add("node-1", new MemberEvent("node-6", "Pending", "Copying", false) { At = Start });
        log.Add("node-2", new MemberEvent("node-6", "Pending", "Copying", false) { At = Start.AddSeconds(1) });
        log.Add("node-2", new MemberEvent("node-6", "Ready", "None", false) { At = Start.AddSeconds(2) });
        log.Add("node-1", new MemberEvent("node-6", "Pending", "Copying", false) { At = Start.AddMinutes(2) });
        Assert.Equal(["Pending", "Ready", "Pending"], log.Current.Select(known => ((MemberEvent)known.Happened).State));
    }

    [Fact]
    public void What_each_node_finds_of_another_is_kept_for_each()
    {
        var log = new EventLog();
        log.Add("node-1", new HealthEvent("node-3", true) { At = Start });
        log.Add("node-2", new HealthEvent("node-3", true) { At = Start });
        Assert.Equal(2, log.Current.Count);
        Assert.Equal("node-2 finds that node-3 does not answer.", EventSentence.Of(log.Current[1]));
    }

    [Fact]
    public void The_oldest_make_room()
    {
        var log = new EventLog();
        for (var index = 0; index < 600; index++)
        {
            log.Add("node-1", new HintsEvent("node-2", index) { At = Start });
        }

        Assert.Equal(500, log.Current.Count);
        Assert.Equal(100, ((HintsEvent)log.Current[0].Happened).Pending);
        Assert.Equal(600, log.Version);
    }
}
