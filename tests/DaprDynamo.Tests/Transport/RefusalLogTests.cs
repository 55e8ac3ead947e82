using System.Net;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Transport.Batching;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.Transport;

/// <summary>What the log is told of peers that do not accept this node.</summary>
public class RefusalLogTests
{
    [Fact]
    public async Task A_refusal_is_told_once_until_the_peer_works_again()
    {
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(ReplicaMerged.Instance));
        using var road = new Road { InnerHandler = new SocketsHttpHandler() };
        var lines = new Lines();
        using var client = PeerServer.Client(handler: road, logger: lines);

        async Task<int> SaidAfterAsync(HttpStatusCode? refusal)
        {
            road.Refusal = refusal;
            await client.SendAsync(server.Member, Ping.Instance, PeerServer.InSeconds(10), CancellationToken.None);
            return lines.Said.Count;
        }

        Assert.Equal(1, await SaidAfterAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(1, await SaidAfterAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(2, await SaidAfterAsync(HttpStatusCode.NotFound));
        Assert.Equal(2, await SaidAfterAsync(HttpStatusCode.Unauthorized));

        Assert.Equal(2, await SaidAfterAsync(null));
        Assert.Equal(3, await SaidAfterAsync(HttpStatusCode.Unauthorized));
    }

    /// <summary>A road on which something may answer in the peer's place.</summary>
    private sealed class Road : DelegatingHandler
    {
        internal HttpStatusCode? Refusal { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Refusal is { } status ? Task.FromResult(new HttpResponseMessage(status)) : base.SendAsync(request, cancellationToken);
    }

    private sealed class Lines : ILogger<BatchingPeerClient>
    {
        internal List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add(formatter(state, exception));
    }
}
