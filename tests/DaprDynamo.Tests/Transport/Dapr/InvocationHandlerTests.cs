using DaprDynamo.Transport.Dapr;
using Xunit;

namespace DaprDynamo.Tests.Transport.Dapr;

public class InvocationHandlerTests
{
    private const string Local = "http://localhost:3500";

    [Theory]
    [InlineData(Local, "http://node-1/peer/v1/batch", "http://localhost:3500/v1.0/invoke/node-1/method/peer/v1/batch")]
    [InlineData(Local, "https://node-1/peer/v1/batch", "http://localhost:3500/v1.0/invoke/node-1/method/peer/v1/batch")]
    [InlineData(Local, "http://node-1", "http://localhost:3500/v1.0/invoke/node-1/method/")]
    [InlineData(Local, "http://node-1:8080/v1/a", "http://localhost:3500/v1.0/invoke/node-1/method/v1/a")]
    [InlineData(Local, "http://node-1/v1/a?quorum=2&x=%20", "http://localhost:3500/v1.0/invoke/node-1/method/v1/a?quorum=2&x=%20")]
    [InlineData(Local, "http://node-1/v1/a%2Fb%20c", "http://localhost:3500/v1.0/invoke/node-1/method/v1/a%2Fb%20c")]
    [InlineData("https://sidecar.example:444", "http://node-1/v1/a", "https://sidecar.example:444/v1.0/invoke/node-1/method/v1/a")]
    public async Task The_host_is_taken_for_an_app_id_and_the_rest_is_kept(string endpoint, string asked, string sent)
    {
        using var inner = new StubHandler();
        using var http = Client(new DaprSettings(new Uri(endpoint), null, null), inner);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(asked));

        using var _ = await http.SendAsync(request, CancellationToken.None);

        Assert.Equal([$"POST {sent}"], inner.Sent);
        Assert.Equal(new Uri(asked), request.RequestUri);
    }

    [Theory]
    [InlineData("secret", " with secret")]
    [InlineData(null, "")]
    public async Task The_sidecar_is_shown_its_token_and_nobody_else_sees_it(string? token, string shown)
    {
        using var inner = new StubHandler();
        using var http = Client(new DaprSettings(new Uri(Local), token, "of the app"), inner);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("http://node-1/x"));

        for (var i = 0; i < 2; i++)
        {
            using var _ = await http.SendAsync(request, CancellationToken.None);
        }

        Assert.All(inner.Sent, sent => Assert.Equal($"GET {Local}/v1.0/invoke/node-1/method/x{shown}", sent));
        Assert.Empty(request.Headers);
    }

    [Theory]
    [InlineData("ftp://node-1/x")]
    [InlineData("/x")]
    public async Task An_address_that_names_no_app_is_refused(string asked)
    {
        using var http = Client(new DaprSettings(new Uri(Local), null, null), new StubHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(asked, UriKind.RelativeOrAbsolute));

        await Assert.ThrowsAsync<ArgumentException>(() => http.SendAsync(request, CancellationToken.None));
    }

    private static HttpMessageInvoker Client(DaprSettings settings, HttpMessageHandler inner) => new(new InvocationHandler(settings) { InnerHandler = inner });
}
