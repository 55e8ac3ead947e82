using System.Text;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Batching;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Portal.Nodes;

/// <summary>The portal's roads to the nodes: at their own addresses, or through its sidecar.</summary>
internal static class NodeHttp
{
    private static readonly TransportOptions Road = new();

    /// <summary>Makes the handler that carries requests to the nodes' addresses.</summary>
    internal static HttpMessageHandler CreateHandler(PortalOptions options, DaprSettings dapr) => options.Transport == NodeRoad.Dapr
        ? new InvocationHandler(dapr) { InnerHandler = CreateDirect() }
        : CreateDirect();

    private static SocketsHttpHandler CreateDirect()
    {
        var handler = DirectHandler.Create(Road);
        // The server reads clients' headers as UTF-8: they leave as they came.
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        return handler;
    }
}
