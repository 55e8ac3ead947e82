namespace DaprDynamo.Portal.Access;

/// <summary>
/// Locks an address out that shows wrong tokens, on the sign-in page or with a request: after five in a row for half a minute, and twice
/// as long after each further one, up to a quarter of an hour. An hour without a wrong one is forgiven.
/// </summary>
internal sealed class SignInAttempts(TimeProvider time)
{
    internal const int AddressesMax = 10_000;

    private const int FreeTries = 5;
    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _addresses = new(StringComparer.Ordinal);

    /// <summary>How long an address is still locked out; null when it may try.</summary>
    internal TimeSpan? LockedFor(string address)
    {
        lock (_lock)
        {
            return _addresses.TryGetValue(address, out var known) && known.LockedUntil - time.GetUtcNow() is { Ticks: > 0 } left ? left : null;
        }
    }

    /// <summary>Takes note of a wrong token; whether that locks the address out.</summary>
    internal bool Failed(string address)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var failures = _addresses.TryGetValue(address, out var known) && now - known.LastFailedAt < ForgottenAfter ? known.Failures + 1 : 1;
            if (known is null && _addresses.Count >= AddressesMax)
            {
                // Memory must not grow for whoever has so many addresses; those that try on stay locked out.
                _addresses.Remove(_addresses.MinBy(entry => entry.Value.LastFailedAt).Key);
            }

            _addresses[address] = new Known(failures, now, LockedUntil(failures, now));
            return failures >= FreeTries;
        }
    }

    /// <summary>Takes note of a right one.</summary>
    internal void Succeeded(string address)
    {
        lock (_lock)
        {
            _addresses.Remove(address);
        }
    }

    private static DateTimeOffset LockedUntil(int failures, DateTimeOffset now) => failures < FreeTries
        ? DateTimeOffset.MinValue
        : now + TimeSpan.FromTicks(Math.Min(LongestLock.Ticks, FirstLock.Ticks << Math.Min(10, failures - FreeTries)));

    private sealed record Known(int Failures, DateTimeOffset LastFailedAt, DateTimeOffset LockedUntil);
}
