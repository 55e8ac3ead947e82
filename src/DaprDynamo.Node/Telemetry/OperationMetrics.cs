using System.Diagnostics.Metrics;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Statistics;

namespace DaprDynamo.Node.Telemetry;

/// <summary>Counts and times clients' operations by verb: for <c>/admin/stats</c>, and as a .NET meter for collectors.</summary>
internal sealed class OperationMetrics : IDisposable
{
    internal static readonly IReadOnlyList<string> Verbs = ["get", "create", "put", "delete"];

    private readonly Meter _meter;
    private readonly Histogram<double> _durations;
    private readonly Dictionary<string, VerbMetrics> _byVerb = Verbs.ToDictionary(verb => verb, _ => new VerbMetrics(), StringComparer.Ordinal);

    public OperationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("DaprDynamo.Node");
        _durations = _meter.CreateHistogram<double>("dynamo.operation.duration", "s", "How long clients' operations took.");
    }

    internal static string VerbOf(KeyOperation operation) => operation switch
    {
        GetKey => "get",
        CreateKey => "create",
        PutKey => "put",
        _ => "delete",
    };

    internal VerbMetrics this[string verb] => _byVerb[verb];

    internal void Record(string verb, RequestOutcome outcome, TimeSpan took)
    {
        _byVerb[verb].Record(took, outcome.IsFailure);
        if (_durations.Enabled)
        {
            _durations.Record(took.TotalSeconds, new("verb", verb), new("status", outcome.Status));
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>The figures of one verb.</summary>
    internal sealed class VerbMetrics
    {
        private long _failures;

        internal LatencyHistogram Latency { get; } = new();

        internal long Failures => Interlocked.Read(ref _failures);

        internal void Record(TimeSpan took, bool failed)
        {
            Latency.Record(took);
            if (failed)
            {
                Interlocked.Increment(ref _failures);
            }
        }
    }
}
