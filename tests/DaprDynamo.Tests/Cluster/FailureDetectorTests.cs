using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Versioning;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

public class FailureDetectorTests
{
    private static readonly PeerAnswer Refused = new PeerFailure(PeerFailureKind.Unreachable, "refused");
    private static readonly PeerAnswer Silence = new PeerFailure(PeerFailureKind.NoAnswer, "silence");
    private static readonly PeerAnswer Busy = new PeerFailure(PeerFailureKind.Overloaded, "busy");
    private static readonly PeerAnswer Read = new ReplicaRead(DottedVersionVectorSet.Empty);

    private readonly ManualTime _time = new();
    private readonly FailureDetector _detector;

    public FailureDetectorTests() => _detector = new(_time, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(500));

    [Fact]
    public void A_refused_connection_makes_a_suspect_at_once()
    {
        Observe(Refused);

        Assert.True(_detector.IsSuspect("peer"));
        Assert.False(_detector.IsSuspect("other"));
    }

    [Fact]
    public void One_lost_answer_makes_no_suspect_and_two_in_a_row_do()
    {
        Observe(Silence);
        Assert.False(_detector.IsSuspect("peer"));
        Observe(Read);
        Observe(Silence);
        Assert.False(_detector.IsSuspect("peer"));
        Observe(Silence);
        Assert.True(_detector.IsSuspect("peer"));
    }

    [Fact]
    public void Any_answer_clears_a_suspect_even_a_refusal_for_too_much_work()
    {
        Observe(Refused);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _detector.SuspectFor("peer"));

        Observe(Busy);

        Assert.False(_detector.IsSuspect("peer"));
        Assert.Null(_detector.SuspectFor("peer"));
    }

    [Theory]
    [InlineData(PeerFailureKind.Overloaded)]
    [InlineData(PeerFailureKind.Unreachable)]
    public void What_never_left_this_node_says_nothing(PeerFailureKind kind)
    {
        var neverSent = new PeerFailure(kind, "Too many requests wait.") { WasNeverSent = true };
        Observe(Silence);
        Observe(neverSent);
        Observe(neverSent);
        Assert.False(_detector.IsSuspect("peer"));

        Observe(Silence);
        Assert.True(_detector.IsSuspect("peer"));
        Observe(neverSent);
        Assert.True(_detector.IsSuspect("peer"));
    }

    [Fact]
    public void What_was_asked_before_the_last_answer_says_nothing()
    {
        var asked = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        Observe(Read);
        _detector.Observe("peer", Silence, asked);
        _detector.Observe("peer", Silence, asked);
        _detector.Observe("peer", Refused, asked);

        Assert.False(_detector.IsSuspect("peer"));
    }

    [Fact]
    public void The_hedge_delay_follows_the_usual_time_within_its_limits()
    {
        for (var i = 0; i < 100; i++)
        {
            Observe(Read, tookMs: 1);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(10), _detector.HedgeDelay("peer"));
        for (var i = 0; i < 100; i++)
        {
            Observe(Read, tookMs: 100);
        }

        Assert.InRange(_detector.HedgeDelay("peer").TotalMilliseconds, 100, 200);
        for (var i = 0; i < 100; i++)
        {
            Observe(Read, tookMs: 10_000);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(500), _detector.HedgeDelay("peer"));
    }

    private void Observe(PeerAnswer answer, int tookMs = 1)
    {
        var asked = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(tookMs));
        _detector.Observe("peer", answer, asked);
    }
}
