using DaprDynamo.Node;
using DaprDynamo.Node.Telemetry;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public class TelemetryEndpointsTests
{
    [Fact]
    public async Task Who_waits_for_events_is_answered_when_the_node_stops()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var options = new NodeOptions { NodeId = "node-1" };
        var events = new EventBuffer(10);
        using var recorder = new RequestRecorder(options, events, TimeProvider.System, NullLogger<RequestRecorder>.Instance);
        var endpoints = new TelemetryEndpoints(options, events, recorder, TimeProvider.System, lifetime);
        var waiting = endpoints.ReadAsync(CancellationToken.None, after: 0, wait: 30);
        Assert.False(waiting.IsCompleted);

        lifetime.StopApplication();

        Assert.Empty((await waiting).Events);
    }
}
