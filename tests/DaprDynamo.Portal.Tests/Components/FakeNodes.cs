using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace DaprDynamo.Portal.Tests.Components;

/// <summary>Stands for all nodes: tells what a test wants them to, and remembers what they were asked.</summary>
internal sealed class FakeNodes : HttpMessageHandler
{
    private readonly ConcurrentQueue<string> _asked = [];

    /// <summary>What comes back. Nobody can be reached as long as a test does not say.</summary>
    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Answer { get; set; } = static _ => throw new HttpRequestException("Nobody is there.");

    /// <summary>Every request so far, as its method and path with query.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>An answer.</summary>
    internal static HttpResponseMessage Json(object body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json") };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _asked.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        return Answer(request).WaitAsync(cancellationToken);
    }
}
