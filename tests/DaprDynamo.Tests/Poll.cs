using System.Diagnostics;
using DaprDynamo.Tests.ServiceDefaults;
using Xunit;

namespace DaprDynamo.Tests;

/// <summary>Waits for what happens soon, with a limit: a request's log line is written after its answer is sent.</summary>
internal static class Poll
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task UntilAsync(Func<bool> condition, Func<string> what) => UntilAsync(() => ValueTask.FromResult(condition()), what);

    public static async Task UntilAsync(Func<ValueTask<bool>> condition, Func<string> what, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < (limit ?? Limit), what());
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    public static Task UntilLoggedAsync(TestHost host, string text) =>
        UntilAsync(() => host.Log.Contains(text, StringComparison.Ordinal), () => $"'{text}' is not in: {host.Log}");
}
