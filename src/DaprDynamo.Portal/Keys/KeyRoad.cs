using System.Net.Http.Headers;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Portal.Proxy;

namespace DaprDynamo.Portal.Keys;

/// <summary>
/// Carries a request of the store's client to some nodes in turn, by the same judgement as the proxy does. What the proxy would tell a
/// client of its own is answered here as well, and read by the same client.
/// </summary>
/// <param name="forwarder">Sends, and judges what may be sent again; it outlives this.</param>
/// <param name="nodes">Whom to ask, best first.</param>
internal sealed class KeyRoad(NodeForwarder forwarder, IReadOnlyList<NodeAddress> nodes) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var (response, problem) = await forwarder.SendAsync(Create, ProxyAccess.IsRead(request.Method.Method), nodes, cancellationToken);
        return response ?? ResponseOf(problem!);

        HttpRequestMessage Create(NodeAddress node)
        {
            var next = new HttpRequestMessage(request.Method, new Uri(node.Uri, request.RequestUri!.PathAndQuery));
            foreach (var (name, values) in request.Headers)
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }

            if (body is not null)
            {
                next.Content = new ByteArrayContent(body);
                next.Content.Headers.ContentType = request.Content!.Headers.ContentType;
            }

            return next;
        }
    }

    private static HttpResponseMessage ResponseOf(Problem problem)
    {
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)problem.Status)
        {
            Content = JsonContent.Create(new { type = problem.Type, detail = problem.Detail }, new MediaTypeHeaderValue(Problem.ContentType)),
        };
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        }

        return response;
    }
}
