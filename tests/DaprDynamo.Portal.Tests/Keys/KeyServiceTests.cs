using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DaprDynamo.Client;
using DaprDynamo.Portal.Keys;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Proxy;
using Xunit;

namespace DaprDynamo.Portal.Tests.Keys;

public sealed class KeyServiceTests
{
    private static readonly JsonElement Value = JsonSerializer.SerializeToElement(1);

    [Fact]
    public async Task A_write_that_a_sidecar_could_not_deliver_goes_to_the_next_node()
    {
        var handler = new Script(() => Answer(HttpStatusCode.InternalServerError, "application/json", """{"errorCode":"ERR_DIRECT_INVOKE","message":"connection refused"}"""), Written);
        await PutAsync(handler, new PortalOptions { Transport = NodeRoad.Dapr, Nodes = ["node-1", "node-2"] });
        Assert.Equal(["node-1", "node-2"], handler.Hosts);
    }

    [Fact]
    public async Task A_write_that_a_node_says_it_did_not_begin_goes_to_the_next_node()
    {
        var handler = new Script(NotServing, Written);
        await PutAsync(handler);
        Assert.Equal(["n1", "n2"], handler.Hosts);
    }

    [Fact]
    public async Task A_write_whose_connection_did_not_open_in_time_goes_to_the_next_node()
    {
        var handler = new Script(() => throw new TaskCanceledException("", new TimeoutException()), Written);
        await PutAsync(handler);
        Assert.Equal(2, handler.Hosts.Count);
    }

    [Fact]
    public async Task A_write_that_was_lost_goes_to_nobody_else()
    {
        var handler = new Script(() => throw new HttpRequestException(HttpRequestError.ResponseEnded), Written);
        var failure = await Assert.ThrowsAsync<DaprDynamoUnavailableException>(() => PutAsync(handler));
        Assert.Equal(Problem.WriteLost.Detail, failure.Message);
        Assert.Single(handler.Hosts);
    }

    [Fact]
    public async Task Without_any_node_the_user_is_told_that_nothing_was_done()
    {
        var handler = new Script(() => throw new HttpRequestException(HttpRequestError.ConnectionError), () => throw new HttpRequestException(HttpRequestError.ConnectionError));
        var failure = await Assert.ThrowsAnyAsync<DaprDynamoException>(() => PutAsync(handler));
        Assert.Contains("Nothing was done", failure.Message, StringComparison.Ordinal);
    }

    private static async Task PutAsync(Script handler, PortalOptions? options = null)
    {
        options ??= new PortalOptions { Nodes = ["http://n1", "http://n2"] };
        using var forwarder = new NodeForwarder(handler, options);
        await new KeyService(forwarder, options, new LiveCluster()).PutAsync("cart", Value, "clock", quorum: null);
    }

    private static HttpResponseMessage Written() => Answer(HttpStatusCode.OK, "application/json", """{"message":"written","clock":"c"}""");

    private static HttpResponseMessage NotServing()
    {
        var answer = Answer(HttpStatusCode.ServiceUnavailable, "application/problem+json", "{}");
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        return answer;
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string contentType, string body) =>
        new(status) { Content = new StringContent(body, new MediaTypeHeaderValue(contentType)) };

    private sealed class Script(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        internal List<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            return Task.FromResult(answers[Hosts.Count - 1]());
        }
    }
}
