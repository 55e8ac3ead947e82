using System.Net;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Dapr;
using Xunit;

namespace DaprDynamo.Tests.Transport.Dapr;

/// <summary>What a node makes of what comes back from its sidecar, down to the outcome that the engine sees.</summary>
public class RelayedAnswersTests
{
    private static readonly MemberRecord Peer = new("node-b", InvocationHandler.AddressOf("node-b"), "default", MemberState.Ready, 1, 1, []);

    [Theory]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Internal desc = error invoking app channel: Get \"http://127.0.0.1:6102/x\": dial tcp 127.0.0.1:6102: connect: connection refused", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: no healthy services found with AppID 'node-b'", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: failed to query healthy consul services: Get \"http://127.0.0.1:8500/v1/health/service/node-b\": context deadline exceeded", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Internal desc = app is not in a healthy state", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:50701: connect: connection refused\"", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: failed to invoke target node-b after 3 retries. Error: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:50701: connect: connection refused\"", PeerFailureKind.NoAnswer)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 10.0.0.2:50701: connect: no route to host\"", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Internal desc = error invoking app channel: Get \"http://10.0.0.2:6102/x\": dial tcp 10.0.0.2:6102: i/o timeout", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Internal desc = error invoking app channel: Get \"http://10.0.0.2:6102/x\": dial tcp 10.0.0.2:6102: connect: no route to host", PeerFailureKind.Unreachable)]
    [InlineData("failed to invoke, id: node-b, err: failed to invoke target node-b after 3 retries. Error: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 10.0.0.2:50701: i/o timeout\"", PeerFailureKind.NoAnswer)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Unavailable desc = error reading from server: read tcp 10.0.0.1:41000->10.0.0.2:50701: read: no route to host", PeerFailureKind.NoAnswer)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Unavailable desc = error reading from server: read tcp 10.0.0.1:41000->10.0.0.2:50701: i/o timeout", PeerFailureKind.NoAnswer)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = Unavailable desc = error reading from server: EOF", PeerFailureKind.NoAnswer)]
    [InlineData("failed to invoke, id: node-b, err: rpc error: code = DeadlineExceeded desc = context deadline exceeded", PeerFailureKind.NoAnswer)]
    public async Task A_sidecar_that_cannot_deliver_is_a_failed_connection(string message, PeerFailureKind expected)
    {
        var failure = await AskAsync(_ => StubHandler.Json(
            $$"""{"errorCode":"ERR_DIRECT_INVOKE","message":{{System.Text.Json.JsonSerializer.Serialize(message)}}}""", HttpStatusCode.InternalServerError));

        Assert.Equal(expected, failure.Kind);
        Assert.Contains("node-b", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peers_own_error_passes_whatever_it_says()
    {
        var failure = await AskAsync(_ =>
        {
            var answer = StubHandler.Json("ERR_DIRECT_INVOKE connection refused", HttpStatusCode.InternalServerError);
            answer.Headers.Add(PeerProtocol.ChecksumHeader, "36-00000000");
            return answer;
        });

        Assert.Equal(PeerFailureKind.Failed, failure.Kind);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, PeerFailureKind.Unreachable, false)]
    [InlineData(HttpStatusCode.Forbidden, PeerFailureKind.Unreachable, false)]
    [InlineData(HttpStatusCode.RequestHeaderFieldsTooLarge, PeerFailureKind.Unreachable, false)]
    [InlineData(HttpStatusCode.NotFound, PeerFailureKind.Unreachable, true)]
    [InlineData(HttpStatusCode.MethodNotAllowed, PeerFailureKind.Unreachable, true)]
    [InlineData(HttpStatusCode.BadGateway, PeerFailureKind.NoAnswer, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, PeerFailureKind.NoAnswer, false)]
    [InlineData(HttpStatusCode.GatewayTimeout, PeerFailureKind.NoAnswer, false)]
    public async Task What_no_node_has_said_is_not_a_peers_word(HttpStatusCode status, PeerFailureKind expected, bool isFromNoNode)
    {
        var failure = await AskAsync(_ => new HttpResponseMessage(status) { Content = new StringContent("connection refused, says the sidecar") });

        Assert.Equal((expected, isFromNoNode), (failure.Kind, failure.IsFromNoNode));
        Assert.Contains("says the sidecar", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, PeerFailureKind.Refused)]
    [InlineData(HttpStatusCode.Conflict, PeerFailureKind.Refused)]
    [InlineData(HttpStatusCode.ServiceUnavailable, PeerFailureKind.Overloaded)]
    [InlineData(HttpStatusCode.NotFound, PeerFailureKind.Failed)]
    public async Task A_refusal_with_the_peers_header_is_its_own(HttpStatusCode status, PeerFailureKind expected)
    {
        var failure = await AskAsync(_ =>
        {
            var answer = new HttpResponseMessage(status) { Content = new StringContent("No.") };
            answer.Headers.Add(PeerProtocol.ChecksumHeader, BodyChecksum.Of("No."u8));
            return answer;
        });

        Assert.Equal((expected, false), (failure.Kind, failure.IsFromNoNode));
    }

    [Fact]
    public async Task An_answer_that_was_cut_on_the_way_is_no_answer()
    {
        var failure = await AskAsync(_ =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(new byte[10]) };
            answer.Headers.Add(PeerProtocol.ChecksumHeader, "20-00000000");
            return answer;
        });

        Assert.Equal(PeerFailureKind.NoAnswer, failure.Kind);
        Assert.Contains("cut", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_says_how_long_it_is()
    {
        long? length = null;
        await AskAsync(request =>
        {
            length = request.Content!.Headers.ContentLength;
            return new HttpResponseMessage(HttpStatusCode.Conflict);
        });

        Assert.True(length > 0);
    }

    private static async Task<PeerFailure> AskAsync(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        using var stub = new StubHandler(answer);
        using var client = PeerServer.Client(handler: new RelayedAnswersHandler(
            new InvocationHandler(new DaprSettings(new Uri("http://localhost:3500"), null, null)) { InnerHandler = stub }));
        return Assert.IsType<PeerFailure>(await client.SendAsync(Peer, Ping.Instance, PeerServer.InSeconds(10), CancellationToken.None));
    }
}
