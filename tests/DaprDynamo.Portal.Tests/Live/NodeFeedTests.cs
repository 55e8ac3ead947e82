using System.Net;
using System.Net.Http.Json;
using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class NodeFeedTests
{
    private readonly LiveCluster _cluster = new();
    private readonly TraceLog _traces = new();
    private readonly EventLog _events = new();
    private readonly EventCursor _cursor = new();

    public NodeFeedTests() => _cluster.Change(_ => Clusters.Of(1));

    [Fact]
    public async Task A_feed_that_begins_anew_goes_on_where_the_last_one_stopped()
    {
        for (var life = 1; life <= 2; life++)
        {
            var waits = new TaskCompletionSource();
            await FollowAsync(
                async (path, cancellation) =>
                {
                    if (path.Contains("after=0", StringComparison.Ordinal))
                    {
                        return Json(Told("s", 1, SomeRequests.Put(1) with { Sequence = 1 }));
                    }

                    waits.TrySetResult();
                    await Task.Delay(Timeout.Infinite, cancellation);
                    return Json("");
                },
                waits.Task);
        }

        Assert.Single(_traces.Read(_ => true));
    }

    [Fact]
    public async Task A_node_that_answers_but_does_not_tell_what_happens_is_seen_to_be_in_trouble()
    {
        var (figures, failed, told) = (0, false, new TaskCompletionSource());
        await FollowAsync(
            (_, _) =>
            {
                failed = true;
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
            },
            told.Task,
            onFigures: () =>
            {
                // The second look is there because the first answer about events was none.
                if (failed && ++figures == 2)
                {
                    told.TrySetResult();
                }
            });
        var node = _cluster.Current.Nodes["node-1"];
        Assert.Equal(FeedState.Live, node.Feed);
        Assert.NotNull(node.EventsTrouble);
    }

    [Fact]
    public async Task Events_of_kinds_that_are_newer_than_the_portal_are_passed_over()
    {
        const string Newer = """
            {"nodeId":"node-1","session":"s","next":2,"dropped":0,"sampledOut":0,"events":[
                {"kind":"newer","sequence":1,"at":"2026-01-02T03:04:05Z","what":[1]},
                {"kind":"health","sequence":2,"at":"2026-01-02T03:04:05Z","nodeId":"node-2","isSuspect":true}]}
            """;
        var waits = new TaskCompletionSource();
        await FollowAsync(
            async (path, cancellation) =>
            {
                if (path.Contains("after=0", StringComparison.Ordinal))
                {
                    return Json(Newer);
                }

                waits.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
                return Json("");
            },
            waits.Task);
        Assert.IsType<HealthEvent>(Assert.Single(_events.Current).Happened);
        Assert.Null(_cluster.Current.Nodes["node-1"].EventsTrouble);
    }

    private async Task FollowAsync(Func<string, CancellationToken, Task<HttpResponseMessage>> tellEvents, Task until, Action? onFigures = null)
    {
        using var api = new NodeApi(new Node(tellEvents, onFigures), new PortalOptions());
        using var feed = new NodeFeed(
            _cluster.Current.Nodes["node-1"].Address, _cursor, api, _cluster, _traces, _events, new ActivityLog(), () => { }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var run = feed.RunAsync(stop.Token);
        await until;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private static TelemetryResponse Told(string session, long next, params TelemetryEvent[] events) =>
        new() { NodeId = "node-1", Session = session, Next = next, Dropped = 0, SampledOut = 0, Events = events };

    private static HttpResponseMessage Json<T>(T body) => new(HttpStatusCode.OK)
    {
        Content = body is string text ? new StringContent(text, System.Text.Encoding.UTF8, "application/json") : JsonContent.Create(body),
    };

    private sealed class Node(Func<string, CancellationToken, Task<HttpResponseMessage>> tellEvents, Action? onFigures) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.PathAndQuery;
            if (path.StartsWith("/telemetry", StringComparison.Ordinal))
            {
                return tellEvents(path, cancellationToken);
            }

            onFigures?.Invoke();
            return Task.FromResult(Json(SomeStats.Of(1)));
        }
    }
}
