using System.Globalization;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Node.Telemetry;

/// <summary>Where portals and other watchers read what happens at the node: <c>GET /telemetry/events</c>, a long poll by cursor.</summary>
internal sealed class TelemetryEndpoints(NodeOptions options, EventBuffer events, RequestRecorder recorder, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int EventsMax = 500;
    private const double WaitSecondsMax = 30;

    private readonly string _session = time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds the endpoint to the group <c>/telemetry</c>, which is guarded already.</summary>
    internal void Map(RouteGroupBuilder guarded) =>
        guarded.MapGet("/events", ReadAsync).WithSummary("What happened at this node after a sequence; waits for more when there is nothing");

    internal async Task<TelemetryResponse> ReadAsync(CancellationToken cancellationToken, long after = 0, double wait = 0)
    {
        var known = Math.Max(0, after);
        if (wait > 0)
        {
            await WaitAsync(known, TimeSpan.FromSeconds(Math.Min(wait, WaitSecondsMax)), cancellationToken);
        }

        var (found, next, dropped) = events.Read(known, EventsMax);
        return new TelemetryResponse
        {
            NodeId = options.NodeId,
            Session = _session,
            Next = next,
            Dropped = dropped,
            SampledOut = recorder.SampledOut,
            Events = found,
        };
    }

    private async Task WaitAsync(long known, TimeSpan atMost, CancellationToken cancellationToken)
    {
        // A node that stops waits for the requests under way: one that waits for events must not hold it up.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await events.WaitAsync(known, atMost, time, ends.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The reader is told what there is, and meets the end of the node next time.
        }
    }
}
