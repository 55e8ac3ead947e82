using System.Diagnostics;

namespace DaprDynamo.ServiceDefaults;

/// <summary>Who a host is, in its logs and its telemetry. Several hosts in one process each have their own.</summary>
public sealed record ServiceIdentity
{
    /// <summary>The tag that names the host an activity source, a meter or an activity belongs to, as OpenTelemetry spells it.</summary>
    public const string InstanceTag = "service.instance.id";

    /// <summary>Names a host.</summary>
    /// <param name="serviceName">What it is, the same for all of its kind: <c>daprdynamo-node</c>.</param>
    /// <param name="instanceId">Which one it is: the node id.</param>
    /// <param name="version">The product's version.</param>
    public ServiceIdentity(string serviceName, string instanceId, string version)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        ServiceName = serviceName;
        InstanceId = instanceId;
        Version = version;
    }

    /// <summary>What the host is, the same for all of its kind.</summary>
    public string ServiceName { get; }

    /// <summary>Which one of its kind the host is: the node id.</summary>
    public string InstanceId { get; }

    /// <summary>The product's version.</summary>
    public string Version { get; }

    /// <summary>
    /// Makes an activity source that is known to be this host's, so that another host in the same process does not export
    /// its spans. Names that begin with <c>DaprDynamo</c> are exported.
    /// </summary>
    public ActivitySource CreateActivitySource(string name) =>
        new(name, Version, [new KeyValuePair<string, object?>(InstanceTag, InstanceId)]);
}
