using System.Net;
using System.Net.Http.Headers;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Portal.Proxy;
using Xunit;

namespace DaprDynamo.Portal.Tests.Proxy;

public sealed class NodeForwarderTests
{
    private static readonly IReadOnlyList<NodeAddress> Nodes = [.. Enumerable.Range(1, 3).Select(number => new NodeAddress($"n{number}", new Uri($"http://n{number}")))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_never_delivered_goes_to_the_next(bool isRead)
    {
        var handler = new Script(_ => throw Refused(), Ok);
        var (response, _) = await SendAsync(handler, isRead);
        Assert.Equal((HttpStatusCode.OK, 2), (response?.StatusCode, handler.Tries));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_does_not_open_in_time_has_delivered_nothing(bool isRead)
    {
        var handler = new Script(_ => throw new TaskCanceledException("", new TimeoutException()), Ok);
        var (response, _) = await SendAsync(handler, isRead);
        Assert.Equal((HttpStatusCode.OK, 2), (response?.StatusCode, handler.Tries));
    }

    [Fact]
    public async Task A_read_that_was_lost_goes_to_the_next()
    {
        var handler = new Script(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded), Ok);
        var (response, _) = await SendAsync(handler, isRead: true);
        Assert.Equal((HttpStatusCode.OK, 2), (response?.StatusCode, handler.Tries));
    }

    [Fact]
    public async Task A_write_that_was_lost_is_sent_to_nobody_else_and_the_client_is_told()
    {
        var handler = new Script(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded), Ok);
        var (_, problem) = await SendAsync(handler, isRead: false);
        Assert.Equal((Problem.WriteLost, 1), (problem, handler.Tries));
    }

    [Fact]
    public async Task A_write_that_takes_too_long_is_sent_to_nobody_else()
    {
        var handler = new Script(async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("It waits for ever.");
        });
        var (_, problem) = await SendAsync(handler, isRead: false, options: new PortalOptions { ProxyTimeoutMs = 100 });
        Assert.Equal((Problem.WriteTimedOut, 1), (problem, handler.Tries));
    }

    [Fact]
    public async Task A_node_that_did_nothing_is_passed_over_and_the_last_ones_word_counts()
    {
        var one = new Script(_ => NotServing(), Ok);
        var all = new Script(_ => NotServing(), _ => NotServing(), _ => NotServing());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(one, isRead: false)).Response?.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(all, isRead: false)).Response?.StatusCode);
        Assert.Equal(3, all.Tries);
    }

    [Fact]
    public async Task Without_any_node_nothing_was_done()
    {
        var handler = new Script(_ => throw Refused(), _ => throw Refused(), _ => throw Refused());
        Assert.Equal(Problem.Unreachable, (await SendAsync(handler, isRead: false)).Problem);
        Assert.Equal(Problem.Unreachable, (await SendAsync(new Script(), isRead: true, nodes: [])).Problem);
    }

    [Theory]
    [InlineData("connection refused", true, 2)]
    [InlineData("connection refused", false, 2)]
    [InlineData("connection refused after 3 retries", true, 2)]
    [InlineData("connection refused after 3 retries", false, 1)]
    [InlineData("connection reset by peer", false, 1)]
    public async Task What_a_sidecar_says_of_a_request_that_it_lost_decides_whether_the_next_may_get_it(string message, bool isRead, int tries)
    {
        var handler = new Script(_ => Answer(HttpStatusCode.InternalServerError, "application/json", $$"""{"errorCode":"ERR_DIRECT_INVOKE","message":"{{message}}"}"""), Ok);
        var (response, problem) = await SendAsync(handler, isRead, new PortalOptions { Transport = NodeRoad.Dapr });
        Assert.Equal(tries, handler.Tries);
        Assert.Equal(tries == 2 ? null : Problem.WriteLost, problem);
        Assert.Equal(tries == 2 ? HttpStatusCode.OK : null, response?.StatusCode);
    }

    [Fact]
    public async Task A_nodes_own_failure_is_its_answer_also_through_a_sidecar()
    {
        var handler = new Script(_ => Answer(HttpStatusCode.InternalServerError, "application/problem+json", "{}"), Ok);
        var (response, _) = await SendAsync(handler, isRead: true, new PortalOptions { Transport = NodeRoad.Dapr });
        Assert.Equal((HttpStatusCode.InternalServerError, 1), (response?.StatusCode, handler.Tries));
    }

    private static async Task<(HttpResponseMessage? Response, Problem? Problem)> SendAsync(
        Script handler, bool isRead, PortalOptions? options = null, IReadOnlyList<NodeAddress>? nodes = null)
    {
        using var forwarder = new NodeForwarder(handler, options ?? new PortalOptions());
        return await forwarder.SendAsync(node => new HttpRequestMessage(HttpMethod.Get, node.Uri), isRead, nodes ?? Nodes, CancellationToken.None);
    }

    private static HttpRequestException Refused() => new(HttpRequestError.ConnectionError);

    private static Task<HttpResponseMessage> Ok(CancellationToken cancellationToken) => Answer(HttpStatusCode.OK, "application/json", "{}");

    private static async Task<HttpResponseMessage> NotServing()
    {
        var answer = await Answer(HttpStatusCode.ServiceUnavailable, "application/problem+json", "{}");
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        return answer;
    }

    private static Task<HttpResponseMessage> Answer(HttpStatusCode status, string contentType, string body) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, new MediaTypeHeaderValue(contentType)) });

    private sealed class Script(params Func<CancellationToken, Task<HttpResponseMessage>>[] answers) : HttpMessageHandler
    {
        internal int Tries { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answers[Tries++](cancellationToken);
    }
}
