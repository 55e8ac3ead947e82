namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>The names under which logs carry what all events have in common.</summary>
internal static class LogProperties
{
    public const string Service = "Service";
    public const string Node = "Node";
    public const string CorrelationId = "CorrelationId";

    /// <summary>The host's own scope carries the path, and the path carries the key.</summary>
    public const string RequestPath = "RequestPath";

    /// <summary>HttpClient's scope carries the whole address.</summary>
    public const string Uri = "Uri";

    /// <summary>The logger factory's own copies of what every event carries in fields of its own.</summary>
    public static bool RepeatsTrace(string name) => name is "TraceId" or "SpanId" or "ParentId";
}
