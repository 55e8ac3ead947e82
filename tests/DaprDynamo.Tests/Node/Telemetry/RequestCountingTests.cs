using System.Net;
using System.Net.Http.Json;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Node;
using DaprDynamo.Node.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

/// <summary>What a node counts and tells of requests that come to no answer of the usual kind.</summary>
public class RequestCountingTests
{
    [Fact]
    public async Task A_request_refused_at_the_door_counts_as_a_failure_and_is_told()
    {
        await using var node = Build();
        await node.StartAsync();
        using var patient = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var http = new HttpClient(patient) { BaseAddress = new Uri(node.Urls.First()) };

        // A body that does not come to its end keeps the only place there is, from when the node says that it wants the body.
        using var body = new HeldBody();
        using var slow = new HttpRequestMessage(HttpMethod.Post, "/v1/slow") { Content = body };
        slow.Headers.ExpectContinue = true;
        var first = http.SendAsync(slow);
        await body.Begun.Task;
        using var refused = await http.GetAsync(new Uri("/v1/cart%2F1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        var stats = await http.GetFromJsonAsync<StatsResponse>(new Uri("/admin/stats", UriKind.Relative));
        Assert.Equal(1, stats!.Operations["get"].Failures);
        var told = (await http.GetFromJsonAsync<TelemetryResponse>(new Uri("/telemetry/events", UriKind.Relative)))!.Events.OfType<RequestEvent>().Single(request => request.IsFailure);
        Assert.Equal(("get", "cart/1", "Overloaded", false), (told.Verb, told.Key, told.Status, told.HasCallsNoted));

        body.MayEnd.SetResult();
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
    }

    [Fact]
    public async Task A_request_that_throws_counts_as_a_failure()
    {
        // Without what is started with it, the engine is not there when the request comes.
        await using var node = Build(services =>
        {
            foreach (var started in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
            {
                services.Remove(started);
            }
        });
        await node.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(node.Urls.First()) };

        Assert.Equal(HttpStatusCode.InternalServerError, (await http.GetAsync(new Uri("/v1/key", UriKind.Relative))).StatusCode);

        var counted = node.Services.GetRequiredService<OperationMetrics>()["get"];
        Assert.Equal((1, 1), (counted.Latency.Count, counted.Failures));
    }

    private sealed class HeldBody : HttpContent
    {
        internal HeldBody() => Headers.ContentType = new("application/json");

        internal TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{"u8.ToArray());
            await stream.FlushAsync();
            Begun.SetResult();
            await MayEnd.Task;
            await stream.WriteAsync("\"value\":1}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static WebApplication Build(Action<IServiceCollection>? configure = null) => NodeHost.Build(
        [],
        new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0", ["Dynamo:Storage"] = "Memory", ["Dynamo:ApiToken"] = "", ["Dynamo:ConcurrentRequestsMax"] = "1",
        },
        defaults => defaults.ConsoleMinimumLevel = LogLevel.None,
        configure);
}
