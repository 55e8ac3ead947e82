using System.Net;
using DaprDynamo.Transport.Dapr;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Tests.Transport.Dapr;

public class SidecarReadinessTests
{
    private static readonly DaprSettings Settings = new(new Uri("http://localhost:3500"), "secret", null);

    [Fact]
    public async Task Requests_wait_until_the_sidecar_takes_them_and_not_for_its_whole_health()
    {
        var status = HttpStatusCode.InternalServerError;
        using var stub = new StubHandler(request => request.RequestUri!.AbsolutePath == "/v1.0/metadata"
            ? StubHandler.Json("""{"id":"node-1"}""")
            : new HttpResponseMessage(status));
        using var readiness = Readiness(stub);
        Assert.Contains("waits", readiness.Trouble, StringComparison.Ordinal);

        await readiness.StartAsync(CancellationToken.None);
        await Poll.UntilAsync(() => readiness.Trouble?.Contains("answers 500", StringComparison.Ordinal) == true, () => $"{readiness.Trouble}");
        status = HttpStatusCode.NoContent;
        await Poll.UntilAsync(() => readiness.Trouble is null, () => $"{readiness.Trouble}");

        Assert.Equal("GET http://localhost:3500/v1.0/metadata with secret", stub.Sent[^1]);
        Assert.DoesNotContain(stub.Sent, sent => sent.Contains("/v1.0/healthz ", StringComparison.Ordinal));
        await readiness.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("""{"id":"node-2"}""", HttpStatusCode.OK, "belongs to the Dapr app node-2")]
    [InlineData("invalid api token", HttpStatusCode.Unauthorized, "DAPR_API_TOKEN")]
    [InlineData("rubbish", HttpStatusCode.OK, "waits for its Dapr sidecar")]
    public async Task A_sidecar_that_is_not_the_nodes_own_is_told_of(string body, HttpStatusCode status, string expected)
    {
        using var stub = new StubHandler(request => request.RequestUri!.AbsolutePath == "/v1.0/metadata"
            ? StubHandler.Json(body, status)
            : new HttpResponseMessage(HttpStatusCode.NoContent));
        using var readiness = Readiness(stub);

        await readiness.StartAsync(CancellationToken.None);

        await Poll.UntilAsync(() => stub.Sent.Count > 3 && readiness.Trouble?.Contains(expected, StringComparison.Ordinal) == true, () => $"{readiness.Trouble}");
        await readiness.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Metadata_in_an_alphabet_that_nobody_knows_is_rubbish_as_well()
    {
        using var stub = new StubHandler(request =>
        {
            var answer = StubHandler.Json("""{"id":"node-1"}""");
            answer.Content.Headers.ContentType!.CharSet = request.RequestUri!.AbsolutePath == "/v1.0/metadata" ? "klingon" : null;
            return answer;
        });
        using var readiness = Readiness(stub);

        await readiness.StartAsync(CancellationToken.None);

        await Poll.UntilAsync(() => stub.Sent.Count > 3, () => $"{readiness.Trouble}");
        Assert.False(readiness.ExecuteTask!.IsCompleted);
        Assert.Contains("waits for its Dapr sidecar", readiness.Trouble, StringComparison.Ordinal);
        await readiness.StopAsync(CancellationToken.None);
    }

    private static SidecarReadiness Readiness(HttpMessageHandler handler) =>
        new(Settings, "node-1", handler, TimeProvider.System, NullLogger<SidecarReadiness>.Instance);
}
