using DaprDynamo.Transport.Batching;

namespace DaprDynamo.Transport.Dapr;

/// <summary>The road to a peer through the node's own sidecar.</summary>
public static class DaprHandler
{
    /// <summary>Makes the handler.</summary>
    public static HttpMessageHandler Create(TransportOptions options, DaprSettings settings) =>
        new RelayedAnswersHandler(new InvocationHandler(settings) { InnerHandler = DirectHandler.Create(options) });
}
