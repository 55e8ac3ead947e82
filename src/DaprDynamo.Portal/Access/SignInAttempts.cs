using System.Collections.Concurrent;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Locks an address out that shows wrong tokens: after five in a row for half a minute, and twice as long after each further one, up to a
/// quarter of an hour.
/// </summary>
internal sealed class SignInAttempts(TimeProvider time)
{
    private const int FreeTries = 5;
    private const int AddressesMax = 10_000;
    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (int Failures, DateTimeOffset LockedUntil)> _addresses = new(StringComparer.Ordinal);

    /// <summary>How long an address is still locked out; null when it may try.</summary>
    internal TimeSpan? LockedFor(string address) =>
        _addresses.TryGetValue(address, out var known) && known.LockedUntil - time.GetUtcNow() is { Ticks: > 0 } left ? left : null;

    /// <summary>Takes note of a wrong token; whether that locks the address out.</summary>
    internal bool Failed(string address)
    {
        if (_addresses.Count >= AddressesMax)
        {
            // Whoever has so many addresses is not stopped by this; memory must not grow for it.
            _addresses.Clear();
        }

        var now = _addresses.AddOrUpdate(address, _ => After(1), (_, known) => After(known.Failures + 1));
        return now.LockedUntil > time.GetUtcNow();
    }

    /// <summary>Takes note of a right one.</summary>
    internal void Succeeded(string address) => _addresses.TryRemove(address, out _);

    private (int Failures, DateTimeOffset LockedUntil) After(int failures) => failures < FreeTries
        ? (failures, DateTimeOffset.MinValue)
        : (failures, time.GetUtcNow() + TimeSpan.FromTicks(Math.Min(LongestLock.Ticks, FirstLock.Ticks << Math.Min(10, failures - FreeTries))));
}
