using System.Net;

namespace DaprDynamo.Tests.Transport.Dapr;

/// <summary>Ends a chain of handlers: keeps what was sent and answers what the test wants.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    internal StubHandler()
        : this(_ => new HttpResponseMessage(HttpStatusCode.OK))
    {
    }

    /// <summary>Method and address of every request, with the token where there was one.</summary>
    internal List<string> Sent { get; } = [];

    internal static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = request.Headers.TryGetValues("dapr-api-token", out var values) ? $" with {string.Join('+', values)}" : "";
        lock (Sent)
        {
            Sent.Add($"{request.Method} {request.RequestUri!.AbsoluteUri}{token}");
        }

        return Task.FromResult(answer(request));
    }
}
