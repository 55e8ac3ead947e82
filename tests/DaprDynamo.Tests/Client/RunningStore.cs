using DaprDynamo.Client;
using DaprDynamo.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.Client;

/// <summary>A cluster of one on a free port, for what a client can be shown by the real store.</summary>
public sealed class RunningStore : IAsyncLifetime
{
    private WebApplication? _node;

    internal Uri Address => new(_node!.Urls.First());

    internal DaprDynamoClient Client(HttpMessageHandler? handler = null) =>
        new(handler is null ? new HttpClient() : new HttpClient(handler), new DaprDynamoClientOptions { BaseAddress = Address });

    public async Task InitializeAsync()
    {
        _node = NodeHost.Build(
            [],
            new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Dynamo:Storage"] = "Memory", ["Dynamo:ApiToken"] = "" },
            defaults => defaults.ConsoleMinimumLevel = LogLevel.Critical);
        await _node.StartAsync();
    }

    public async Task DisposeAsync() => await _node!.DisposeAsync();
}
