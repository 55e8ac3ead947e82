namespace DaprDynamo.Portal.Live;

/// <summary>What one node or the whole cluster did over the last quarter of an hour, and since the nodes started.</summary>
public sealed class ActivityWindow
{
    internal ActivityWindow(IReadOnlyList<ActivityStep> steps, IReadOnlyList<NodeActivity> nodes) => (Steps, Nodes) = (steps, nodes);

    /// <summary>The steps of time, the oldest first, without gaps. The last one is not over yet.</summary>
    public IReadOnlyList<ActivityStep> Steps { get; }

    /// <summary>The nodes in the order of their ids.</summary>
    public IReadOnlyList<NodeActivity> Nodes { get; }

    /// <summary>What all of them did since they started.</summary>
    public ActivityFigures SinceStart => ActivityFigures.Sum([.. Nodes.Select(node => node.SinceStart)]);

    /// <summary>What those hold in sum that have answered of late; null when none has.</summary>
    public ActivityGauges? Gauges => Nodes.Where(node => !node.IsSilent).Select(node => node.Gauges).ToList() is { Count: > 0 } known
        ? ActivityGauges.Sum(known)
        : null;

    /// <summary>The latest steps together; the one that is not over yet among them.</summary>
    public ActivityStep Latest(int steps)
    {
        var latest = Steps.TakeLast(steps).ToList();
        return new ActivityStep(
            latest.Count == 0 ? default : latest[0].At,
            [.. latest.SelectMany(step => step.Nodes).GroupBy(node => node.NodeId, StringComparer.Ordinal).Select(node => new NodeStep(
                node.Key, node.Sum(step => step.CoveredSeconds), ActivityFigures.Sum([.. node.Select(step => step.Done)]), node.Last().Gauges))]);
    }
}

/// <summary>One step of time.</summary>
/// <param name="At">When it began.</param>
/// <param name="Nodes">What is known of it: nothing of nodes that were silent then.</param>
public sealed record ActivityStep(DateTimeOffset At, IReadOnlyList<NodeStep> Nodes)
{
    /// <summary>How long operations took.</summary>
    public LatencyDistribution Latencies => LatencyDistribution.Sum(Nodes.SelectMany(node => node.Done.Operations.Values.Select(verb => verb.Latencies)));

    /// <summary>How often a second something was done; null when nothing is known.</summary>
    public double? PerSecond(Func<ActivityFigures, long> count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return Nodes.Count == 0 ? null : Nodes.Sum(node => count(node.Done) / node.CoveredSeconds);
    }

    /// <summary>How often something was done; null when nothing is known.</summary>
    public long? Sum(Func<ActivityFigures, long> count) => Nodes.Count == 0 ? null : Nodes.Sum(node => count(node.Done));

    /// <summary>What the nodes held in sum at its end; null when nothing is known.</summary>
    public double? Held(Func<ActivityGauges, long> gauge) => Nodes.Count == 0 ? null : Nodes.Sum(node => gauge(node.Gauges));
}

/// <summary>What one node did in a step of time.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="CoveredSeconds">How long the time is that its figures are about; more than 0.</param>
/// <param name="Done">What it did.</param>
/// <param name="Gauges">What it held at the end.</param>
public sealed record NodeStep(string NodeId, double CoveredSeconds, ActivityFigures Done, ActivityGauges Gauges);

/// <summary>What is known of a node.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="SinceStart">What it did since it started.</param>
/// <param name="Gauges">What it held when it told last.</param>
/// <param name="UptimeSeconds">How long it was up then.</param>
/// <param name="ToldAt">When that was.</param>
/// <param name="IsSilent">Whether that was too long ago to be true still.</param>
public sealed record NodeActivity(
    string NodeId, ActivityFigures SinceStart, ActivityGauges Gauges, double UptimeSeconds, DateTimeOffset ToldAt, bool IsSilent);
