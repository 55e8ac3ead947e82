using DaprDynamo.Portal.Access;
using Xunit;

namespace DaprDynamo.Portal.Tests.Access;

public sealed class SignInAttemptsTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Each_further_wrong_token_locks_out_twice_as_long_up_to_a_quarter_of_an_hour()
    {
        var attempts = new SignInAttempts(_clock);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.False(attempts.Failed("a")));
        foreach (var seconds in new[] { 30, 60, 120, 240, 480, 900, 900 })
        {
            Assert.True(attempts.Failed("a"));
            Assert.Equal(TimeSpan.FromSeconds(seconds), attempts.LockedFor("a"));
            _clock.Now += TimeSpan.FromSeconds(seconds);
            Assert.Null(attempts.LockedFor("a"));
        }
    }

    [Fact]
    public void A_right_token_forgives_and_other_addresses_are_not_concerned()
    {
        var attempts = new SignInAttempts(_clock);
        Assert.All(Enumerable.Range(0, 4), _ => attempts.Failed("a"));
        attempts.Succeeded("a");
        Assert.False(attempts.Failed("a"));
        Assert.False(attempts.Failed("b"));
    }

    [Fact]
    public void An_hour_without_a_wrong_token_is_forgiven()
    {
        var attempts = new SignInAttempts(_clock);
        Assert.All(Enumerable.Range(0, 4), _ => attempts.Failed("a"));
        _clock.Now += TimeSpan.FromHours(1);
        Assert.False(attempts.Failed("a"));
    }

    [Fact]
    public void Many_addresses_do_not_free_one_that_goes_on_guessing()
    {
        var attempts = new SignInAttempts(_clock);
        attempts.Failed("first");
        foreach (var other in Enumerable.Range(1, SignInAttempts.AddressesMax - 2))
        {
            _clock.Now += TimeSpan.FromTicks(1);
            attempts.Failed($"other {other}");
        }

        Assert.All(Enumerable.Range(0, 5), _ => attempts.Failed("guesser"));
        _clock.Now += TimeSpan.FromTicks(1);
        attempts.Failed("one more");
        Assert.NotNull(attempts.LockedFor("guesser"));
        Assert.All(Enumerable.Range(0, 4), _ => Assert.False(attempts.Failed("first")));
    }

    private sealed class Clock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
