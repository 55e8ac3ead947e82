using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>
/// Tells one host's spans and instruments from those of other hosts in the process. .NET's listeners hear every source in
/// the process by name; without this, five nodes in one process would each export what all five do.
/// </summary>
internal sealed class HostOwnership(string instanceId, ActivitySource? serverSource, IMeterFactory? meters)
{
    /// <summary>
    /// Whether a span is this host's: the nearest ancestor whose host is known decides. Where none is known,
    /// as for a client call outside of any operation, it counts as everybody's rather than get lost.
    /// </summary>
    public bool Owns(Activity activity)
    {
        for (var current = activity; current is not null; current = current.Parent)
        {
            if (Verdict(current) is { } owned)
            {
                return owned;
            }
        }

        return true;
    }

    /// <summary>Whether an instrument is this host's or the process's. Meters made by a host's meter factory carry it as their scope.</summary>
    public bool Owns(Meter meter) =>
        meter.Scope is IMeterFactory scope && meters is not null
            ? ReferenceEquals(scope, meters)
            : Named(meter.Tags) is not { } named || named == instanceId;

    private bool? Verdict(Activity activity)
    {
        if (ReferenceEquals(activity.Source, serverSource))
        {
            return true;
        }

        if (serverSource is not null && activity.Source.Name == serverSource.Name)
        {
            return false;
        }

        return (Named(activity.Source.Tags) ?? activity.GetTagItem(ServiceIdentity.InstanceTag) as string) is { } named
            ? named == instanceId
            : null;
    }

    private static string? Named(IEnumerable<KeyValuePair<string, object?>>? tags) =>
        tags?.FirstOrDefault(tag => tag.Key == ServiceIdentity.InstanceTag).Value as string;
}
