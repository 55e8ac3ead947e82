using DaprDynamo.Portal.Live;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class LastingTroubleTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void It_is_told_once_when_it_has_lasted_and_anew_when_it_comes_back()
    {
        var trouble = new LastingTrouble(TimeSpan.FromSeconds(10), _clock);
        Assert.False(trouble.IsToBeTold());
        _clock.Seconds = 9;
        Assert.False(trouble.IsToBeTold());
        _clock.Seconds = 10;
        Assert.True(trouble.IsToBeTold());
        Assert.False(trouble.IsToBeTold());
        trouble.End();
        Assert.False(trouble.IsToBeTold());
        _clock.Seconds = 20;
        Assert.True(trouble.IsToBeTold());
    }

    private sealed class Clock : TimeProvider
    {
        internal long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
