using DaprDynamo.Portal.Components.Charts;
using DaprDynamo.Portal.Live;

namespace DaprDynamo.Portal.Components.Pages.Activity;

/// <summary>The lines of the page's charts. The step that is not over yet is left out: it would jump.</summary>
public sealed class ActivityCharts
{
    // A portal that has just begun to watch shows the little it knows in full width.
    private const int StepsMin = 24;

    private readonly List<ActivityStep> _steps;

    /// <summary>Draws a window's lines.</summary>
    public ActivityCharts(ActivityWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        _steps = [.. window.Steps.SkipLast(1)];
        var unknown = _steps.FindIndex(step => step.Nodes.Count > 0);
        _steps.RemoveRange(0, Math.Max(0, Math.Min(unknown < 0 ? int.MaxValue : unknown, _steps.Count - StepsMin)));
        Times = [.. _steps.Select(step => step.At)];
        var latencies = _steps.ConvertAll(step => step.Latencies);
        Requests = [.. Verbs.Select(verb => Line(verb, step => step.PerSecond(done => CountOf(done, verb))))];
        Latencies =
        [
            new("p50", latencies.ConvertAll(all => all.PercentileMs(0.50))),
            new("p95", latencies.ConvertAll(all => all.PercentileMs(0.95))),
            new("p99", latencies.ConvertAll(all => all.PercentileMs(0.99))),
        ];
        Failures = [.. Verbs.Select(verb => Line(verb, step => step.PerSecond(done => FailuresOf(done, verb))))];
        Siblings = [Line("reads", step => step.PerSecond(done => done.ReadsWithSiblings))];
        Repairs =
        [
            Line("by reads", step => step.PerSecond(done => done.Repairs.GetValueOrDefault("read"))),
            Line("by hints", step => step.PerSecond(done => done.Repairs.GetValueOrDefault("handoff"))),
            Line("by exchanges", step => step.PerSecond(done => done.Repairs.GetValueOrDefault("exchange"))),
        ];
        Detours =
        [
            Line("hedges", step => step.PerSecond(done => done.Hedges)),
            Line("forwards", step => step.PerSecond(done => done.Forwards)),
            Line("stand-ins", step => step.PerSecond(done => done.StandIns)),
        ];
        Hints = [Line("pending", step => step.Held(gauges => gauges.HintsPending))];
        Keys = [Line("keys", step => step.Held(gauges => gauges.LiveKeys)), Line("tombstones", step => step.Held(gauges => gauges.Tombstones))];
        Size = [Line("size", step => step.Held(gauges => gauges.SizeBytes))];
    }

    /// <summary>The verbs, as nodes name them.</summary>
    public static IReadOnlyList<string> Verbs { get; } = ["get", "create", "put", "delete"];

    /// <summary>The steps of time.</summary>
    public IReadOnlyList<DateTimeOffset> Times { get; }

    /// <summary>Requests a second, by verb.</summary>
    public IReadOnlyList<ChartLine> Requests { get; }

    /// <summary>How long requests took, in milliseconds.</summary>
    public IReadOnlyList<ChartLine> Latencies { get; }

    /// <summary>Failures a second, by verb.</summary>
    public IReadOnlyList<ChartLine> Failures { get; }

    /// <summary>Reads a second that were answered with several values.</summary>
    public IReadOnlyList<ChartLine> Siblings { get; }

    /// <summary>Repairs a second, by what showed that a replica was behind.</summary>
    public IReadOnlyList<ChartLine> Repairs { get; }

    /// <summary>How often a second requests went another way than the usual one.</summary>
    public IReadOnlyList<ChartLine> Detours { get; }

    /// <summary>Hints pending.</summary>
    public IReadOnlyList<ChartLine> Hints { get; }

    /// <summary>Keys kept.</summary>
    public IReadOnlyList<ChartLine> Keys { get; }

    /// <summary>What the stores take.</summary>
    public IReadOnlyList<ChartLine> Size { get; }

    private ChartLine Line(string name, Func<ActivityStep, double?> value) => new(name, _steps.ConvertAll(step => value(step)));

    private static long CountOf(ActivityFigures done, string verb) => done.Operations.TryGetValue(verb, out var operations) ? operations.Count : 0;

    private static long FailuresOf(ActivityFigures done, string verb) => done.Operations.TryGetValue(verb, out var operations) ? operations.Failures : 0;
}
