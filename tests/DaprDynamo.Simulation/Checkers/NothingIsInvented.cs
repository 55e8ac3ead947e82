using System.Text;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Nothing that was never written is read: every value anybody came upon was written to that key, by an operation that was
/// not refused; a dot stands for one value and a value for one dot; and the clock of an acknowledged write covers the
/// write itself and what its client had read, and nothing else: what it covers beyond that the client would overwrite unseen.
/// </summary>
internal sealed class NothingIsInvented : IChecker
{
    public IEnumerable<string> Check(CheckedRun run) => CheckValues(run).Concat(CheckClocks(run));

    private static IEnumerable<string> CheckValues(CheckedRun run)
    {
        var byDot = new Dictionary<(Key, Dot), SeenSibling>();
        var byValue = new Dictionary<(Key, string), SeenSibling>();
        foreach (var seen in run.Writes.Seen)
        {
            if (WriteIndex.WriterOf(seen, run.History) is not { } writer)
            {
                yield return $"key '{seen.Key}': the value {seen.Text} ({seen.Sibling.Dot}) in {seen.Where} was never written there.";
                continue;
            }

            if (writer.IsCertainlyNotApplied)
            {
                yield return $"key '{seen.Key}': {seen.Where} holds {seen.Sibling.Dot}, though {writer} was refused.";
            }

            if (!byDot.TryAdd((seen.Key, seen.Sibling.Dot), seen) && byDot[(seen.Key, seen.Sibling.Dot)] is var same && same.Text != seen.Text)
            {
                yield return $"key '{seen.Key}': {seen.Sibling.Dot} stands for {same.Text} in {same.Where}, and for {seen.Text} in {seen.Where}.";
            }

            if (!byValue.TryAdd((seen.Key, seen.Text), seen) && byValue[(seen.Key, seen.Text)] is var other && other.Sibling.Dot != seen.Sibling.Dot)
            {
                yield return $"key '{seen.Key}': the value of {writer} was written twice, as {other.Sibling.Dot} in {other.Where} and as {seen.Sibling.Dot} in {seen.Where}.";
            }
        }
    }

    private static IEnumerable<string> CheckClocks(CheckedRun run)
    {
        foreach (var entry in run.History.Where(entry => entry.IsAcknowledgedWrite))
        {
            var seen = entry.Result!.Seen;
            if (WriteIndex.DotOf(entry) is not { } dot || !seen.Contains(dot))
            {
                yield return $"key '{entry.Key}': the clock {seen} of {entry} does not cover the write of {Encoding.UTF8.GetString(entry.Value!.Value.Span)}.";
            }
            else if (entry.GivenContext is { } given && !seen.Descends(given))
            {
                yield return $"key '{entry.Key}': the clock {seen} of {entry} does not cover what its client had read.";
            }
            else if (entry.GivenContext is { } read && !read.With(dot).Descends(seen))
            {
                yield return $"key '{entry.Key}': the clock {seen} of {entry} covers more than its client has seen.";
            }
        }
    }
}
