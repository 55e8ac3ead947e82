using DaprDynamo.Cluster.Peers;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

public class MessageAgeTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

    private readonly ManualTime _receiverTime = new();
    private readonly ManualTime _senderTime = new();
    private readonly NodeClock _receiver;
    private readonly PeerClocks _sender;

    public MessageAgeTests()
    {
        _receiver = new(_receiverTime, session: 7, Lifetime);
        _sender = new(_senderTime);
    }

    [Fact]
    public void A_record_is_taken_until_it_is_older_than_a_message_may_be()
    {
        Pass(1);
        _sender.Heard("peer", _receiver.Now);
        var echo = _sender.EchoAt("peer", _senderTime.GetTimestamp(), Oldest)!.Value;

        Pass(60);
        Assert.True(_receiver.IsFresh(echo));
        Pass(1);
        Assert.False(_receiver.IsFresh(echo));
    }

    [Fact]
    public void A_record_read_before_the_clock_was_heard_is_as_old_as_the_reading_and_not_as_the_clock()
    {
        Pass(100);
        var read = _senderTime.GetTimestamp();
        Pass(40);
        _sender.Heard("peer", _receiver.Now);
        var echo = _sender.EchoAt("peer", read, Oldest)!.Value;

        Pass(20);
        Assert.True(_receiver.IsFresh(echo));
        Pass(1);
        Assert.False(_receiver.IsFresh(echo));
    }

    [Fact]
    public void A_sender_that_stood_still_between_reading_and_sending_is_refused()
    {
        Pass(1);
        _sender.Heard("peer", _receiver.Now);
        var read = _senderTime.GetTimestamp();
        Pass(3600);
        _sender.Heard("peer", _receiver.Now);

        Assert.False(_receiver.IsFresh(_sender.EchoAt("peer", read, Oldest)!.Value));
    }

    [Fact]
    public void What_was_read_before_the_receiver_started_is_refused()
    {
        var read = _senderTime.GetTimestamp();
        Pass(1);
        var restarted = new NodeClock(_receiverTime, session: 8, Lifetime);
        Pass(0.5);
        _sender.Heard("peer", restarted.Now);

        Assert.False(restarted.IsFresh(_sender.EchoAt("peer", read, Oldest)!.Value));
        Assert.True(restarted.IsFresh(_sender.EchoAt("peer", _senderTime.GetTimestamp(), Oldest)!.Value));
        Assert.False(restarted.IsFresh(_receiver.Now));
    }

    [Fact]
    public void Without_a_recent_word_of_the_peer_nothing_can_be_said()
    {
        Assert.Null(_sender.EchoAt("peer", _senderTime.GetTimestamp(), Oldest));
        _sender.Heard("peer", _receiver.Now);
        Pass(31);
        Assert.Null(_sender.EchoAt("peer", _senderTime.GetTimestamp(), Oldest));
    }

    private void Pass(double seconds)
    {
        _receiverTime.Advance(TimeSpan.FromSeconds(seconds));
        _senderTime.Advance(TimeSpan.FromSeconds(seconds));
    }
}
