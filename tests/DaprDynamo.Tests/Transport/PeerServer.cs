using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Batching;
using DaprDynamo.Transport.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprDynamo.Tests.Transport;

/// <summary>The receiving side of the transport on a real port, with a handler the test decides.</summary>
internal sealed class PeerServer : IPeerRequestHandler, IAsyncDisposable
{
    internal const string Cluster = "test/Q16/N3";

    private readonly Func<PeerRequest, CancellationToken, Task<PeerAnswer>> _handle;
    private readonly WebApplication _app;

    private PeerServer(Func<PeerRequest, CancellationToken, Task<PeerAnswer>> handle, TransportOptions options)
    {
        _handle = handle;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        new PeerEndpoints(this, ServerId, Cluster, options, TimeProvider.System, NullLogger<PeerEndpoints>.Instance).Map(_app);
    }

    internal Uri Address => new(_app.Urls.First());

    internal MemberRecord Member => new(ServerId, Address, "default", MemberState.Ready, 1, 1, []);

    internal static async Task<PeerServer> StartAsync(
        Func<PeerRequest, CancellationToken, Task<PeerAnswer>> handle, TransportOptions? options = null)
    {
        var server = new PeerServer(handle, options ?? new TransportOptions());
        await server._app.StartAsync();
        return server;
    }

    internal const string ClientId = "self";
    internal const string ServerId = "peer";

    internal static BatchingPeerClient Client(
        TransportOptions? options = null, string cluster = Cluster, HttpMessageHandler? handler = null, ILogger<BatchingPeerClient>? logger = null) => new(
        handler ?? DirectHandler.Create(options ?? new TransportOptions()),
        ClientId,
        cluster,
        options ?? new TransportOptions(),
        TimeProvider.System,
        logger ?? NullLogger<BatchingPeerClient>.Instance);

    internal static Deadline InSeconds(double seconds) => Deadline.After(TimeSpan.FromSeconds(seconds), TimeProvider.System);

    public Task<PeerAnswer> HandleAsync(PeerRequest request, Deadline deadline, CancellationToken cancellationToken) => _handle(request, cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
