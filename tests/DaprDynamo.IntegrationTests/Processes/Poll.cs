using System.Diagnostics;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>Waits for conditions, never for time: returns as soon as the condition holds, fails when it does not within the limit.</summary>
public static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It was not within the limit; <paramref name="explain"/> says what was seen instead.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> explain)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {explain()}");
            }

            await Task.Delay(Pause);
        }
    }
}
