using System.Net;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Portal.Proxy;
using DaprDynamo.Portal.Tests.Access;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DaprDynamo.Portal.Tests.Proxy;

public sealed class ProxyLimitTests
{
    [Fact]
    public async Task A_client_that_asks_too_much_is_told_when_to_try_again()
    {
        await using var node = await ScriptedNode.StartAsync(static context => context.Response.WriteAsync("{}"));
        await using var portal = await PortalUnderTest.StartAsync($"--Portal:Nodes:0={node.Address}", "--Portal:RequestBurstMax=1", "--Portal:RequestsPerSecondMax=1");
        using var first = await portal.Http.GetAsync("/v1/cart");
        HttpResponseMessage next;
        do
        {
            // A slow machine may have let a second go by.
            next = await portal.Http.GetAsync("/v1/cart");
        }
        while (next.StatusCode == HttpStatusCode.OK);

        using (next)
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            Assert.Equal(HttpStatusCode.TooManyRequests, next.StatusCode);
            Assert.NotNull(next.Headers.RetryAfter?.Delta);
            Assert.Equal("application/problem+json", next.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task With_too_many_requests_under_way_the_next_is_refused_at_once()
    {
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await release.Task;
            await context.Response.WriteAsync("{}");
        });
        await using var portal = await PortalUnderTest.StartAsync($"--Portal:Nodes:0={node.Address}", "--Portal:ProxyRequestsMax=1", "--Portal:NodeTimeoutMs=600000", "--Portal:ProxyTimeoutMs=600000");
        var first = portal.Http.GetAsync("/v1/cart");
        await arrived.Task;
        using var refused = await portal.Http.GetAsync("/v1/cart");
        release.SetResult();
        using var answered = await first;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);

        // The place is given back after the answer is sent.
        await Poll.UntilAsync(
            async () =>
            {
                using var later = await portal.Http.GetAsync("/v1/cart");
                return later.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(30),
            () => "The place was not given back.");
    }

    [Fact]
    public async Task A_node_that_falls_silent_in_the_middle_of_its_answer_does_not_hold_the_client_for_ever()
    {
        await using var node = await ScriptedNode.StartAsync(static async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var portal = await PortalUnderTest.StartAsync($"--Portal:Nodes:0={node.Address}", "--Portal:NodeTimeoutMs=1000");
        await Assert.ThrowsAnyAsync<Exception>(() => portal.Http.GetByteArrayAsync("/v1/cart"));
    }

    [Fact]
    public void Bodies_have_a_limit_together_and_leave_room_when_they_are_gone()
    {
        var capacity = new ProxyCapacity(new PortalOptions());
        var large = capacity.TryEnter(ProxyCapacity.BodiesSizeBytesMax);
        Assert.NotNull(large);
        Assert.Null(capacity.TryEnter(1));
        using var read = capacity.TryEnter(0);
        Assert.NotNull(read);
        large.Dispose();
        large.Dispose();
        using var next = capacity.TryEnter(ProxyCapacity.BodiesSizeBytesMax);
        Assert.NotNull(next);
        Assert.Null(capacity.TryEnter(1));
    }
}
