using DaprDynamo.Contracts.Admin;

namespace DaprDynamo.Portal.Live;

/// <summary>
/// What the nodes did over the last quarter of an hour, worked out from the differences of their figures. What happened while a node
/// was silent has no place in time and counts only since its start. Safe to use from many threads.
/// </summary>
public sealed class ActivityLog
{
    /// <summary>How many steps of time are kept of each node.</summary>
    public const int StepsMax = 180;

    /// <summary>How long a step is.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    /// <summary>Figures further apart say nothing of when things happened in between.</summary>
    internal static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Window = Step * StepsMax;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, NodeHistory> _nodes = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Grows when something was done, what nodes hold has changed, or a new step has begun.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Takes note of a node's figures.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="stats">Its figures since its start.</param>
    /// <param name="at">When it told them.</param>
    public void Add(string nodeId, StatsResponse stats, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(stats);
        var sample = new Sample(at, stats.UptimeSeconds, ActivityFigures.Of(stats), ActivityGauges.Of(stats));
        lock (_lock)
        {
            if (!_nodes.TryGetValue(nodeId, out var history))
            {
                _nodes[nodeId] = history = new NodeHistory(nodeId);
            }

            if (history.Add(sample))
            {
                _version++;
            }

            foreach (var gone in _nodes.Where(node => at - node.Value.Latest!.At > Window).Select(node => node.Key).ToList())
            {
                _nodes.Remove(gone);
            }
        }
    }

    /// <summary>The last quarter of an hour.</summary>
    /// <param name="nodeId">The node; null for the whole cluster.</param>
    /// <param name="now">What time it is.</param>
    public ActivityWindow Read(string? nodeId, DateTimeOffset now)
    {
        var last = StepOf(now);
        var byStep = new List<NodeStep>[StepsMax];
        var nodes = new List<NodeActivity>();
        lock (_lock)
        {
            foreach (var history in _nodes.Values.Where(history => nodeId is null || history.NodeId == nodeId))
            {
                var latest = history.Latest!;
                nodes.Add(new(history.NodeId, latest.SinceStart, latest.Gauges, latest.UptimeSeconds, latest.At, now - latest.At > SilentAfter));
                foreach (var (index, step) in history.Steps)
                {
                    if (index - last + StepsMax - 1 is >= 0 and < StepsMax and var place)
                    {
                        (byStep[place] ??= []).Add(step);
                    }
                }
            }
        }

        return new ActivityWindow(
            [.. byStep.Select((known, place) => new ActivityStep(StartOf(last - StepsMax + 1 + place), known ?? (IReadOnlyList<NodeStep>)[]))], nodes);
    }

    private static long StepOf(DateTimeOffset at) => at.UtcTicks / Step.Ticks;

    private static DateTimeOffset StartOf(long step) => new(step * Step.Ticks, TimeSpan.Zero);

    private sealed record Sample(DateTimeOffset At, double UptimeSeconds, ActivityFigures SinceStart, ActivityGauges Gauges);

    /// <summary>One node's steps. Guarded by the log's lock.</summary>
    private sealed class NodeHistory(string nodeId)
    {
        internal string NodeId => nodeId;

        internal Sample? Latest { get; private set; }

        internal LinkedList<(long Index, NodeStep Step)> Steps { get; } = [];

        /// <returns>Whether there is anything new in it.</returns>
        internal bool Add(Sample sample)
        {
            var previous = Latest;
            Latest = sample;

            // A node that was started anew, or is new to the portal, began with nothing done.
            var begin = previous is null || sample.UptimeSeconds < previous.UptimeSeconds
                ? new Sample(sample.At.AddSeconds(-sample.UptimeSeconds), 0, ActivityFigures.None, sample.Gauges)
                : previous;
            var covered = sample.At - begin.At;
            if (covered <= TimeSpan.Zero || covered > SilentAfter)
            {
                return true;
            }

            var done = sample.SinceStart.Since(begin.SinceStart);
            var index = StepOf(sample.At);
            var isNew = Steps.Last is not { Value.Index: var last } || last < index;
            if (isNew)
            {
                Steps.AddLast((index, new NodeStep(nodeId, covered.TotalSeconds, done, sample.Gauges)));
            }
            else
            {
                var (_, known) = Steps.Last!.Value;
                Steps.Last.Value = (index, new NodeStep(
                    nodeId, known.CoveredSeconds + covered.TotalSeconds, ActivityFigures.Sum([known.Done, done]), sample.Gauges));
            }

            while (Steps.First!.Value.Index <= index - StepsMax)
            {
                Steps.RemoveFirst();
            }

            return isNew || done.IsAny || sample.Gauges != begin.Gauges;
        }
    }
}
