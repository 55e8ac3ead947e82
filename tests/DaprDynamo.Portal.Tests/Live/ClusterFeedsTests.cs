using System.Net;
using System.Net.Http.Json;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Portal.Tests.Live;

public sealed class ClusterFeedsTests
{
    [Fact]
    public async Task An_answer_that_cannot_be_taken_in_does_not_end_the_portal_and_is_shown()
    {
        var sound = Clusters.Of(1);
        var members = sound.Members!;
        var (asked, again) = (0, new TaskCompletionSource());
        using var api = new NodeApi(
            new Node(() =>
            {
                if (++asked == 2)
                {
                    again.TrySetResult();
                }

                return members with { Members = [members.Members[0] with { Address = "nowhere" }] };
            }),
            new PortalOptions());
        var cluster = new LiveCluster();
        using var feeds = new ClusterFeeds(
            new PortalOptions { Nodes = ["http://n1"] }, api, cluster, new TraceLog(), new EventLog(), new ActivityLog(), TimeProvider.System, NullLogger<ClusterFeeds>.Instance);
        await feeds.StartAsync(CancellationToken.None);
        await again.Task;
        await feeds.StopAsync(CancellationToken.None);
        Assert.Contains("could not be taken in", cluster.Current.Trouble, StringComparison.Ordinal);
    }

    private sealed class Node(Func<MembersResponse> tellMembers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/admin/members"
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(tellMembers()) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
