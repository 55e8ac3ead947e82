using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Portal.Tests.Proxy;

/// <summary>A server in this process that answers keys as a test wants, and knows nothing else of a node.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _host;

    private ScriptedNode(WebApplication host) => _host = host;

    internal string Address => _host.Urls.First();

    internal static async Task<ScriptedNode> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var host = builder.Build();
        host.Map("/v1/{**key}", answer);
        await host.StartAsync();
        return new ScriptedNode(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}
