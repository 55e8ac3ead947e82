using DaprDynamo.Portal.Proxy;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DaprDynamo.Portal.Tests.Proxy;

public sealed class ProxyHeadersTests
{
    [Theory]
    [InlineData("dapr-app-id")]
    [InlineData("Dapr-App-Id")]
    [InlineData("dapr-api-token")]
    [InlineData("dapr-caller-app-id")]
    public void Orders_to_a_sidecar_are_never_a_clients(string name)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[name] = "vault";
        context.Request.Headers["X-Other"] = "passes";
        using var request = new HttpRequestMessage();
        ProxyHeaders.CopyRequest(context, request, apiToken: "secret");
        Assert.False(request.Headers.Contains(name));
        Assert.Equal("passes", Assert.Single(request.Headers.GetValues("X-Other")));
    }
}
