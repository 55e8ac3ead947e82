using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Tests.Node;

/// <summary>A node as it runs, in this process: few partitions, all in memory, and patient with a machine that is busy with other tests.</summary>
internal static class SmallNode
{
    internal const int Partitions = 32;

    /// <summary>Starts a node that finds its cluster by a seed, or forms one without.</summary>
    internal static async Task<WebApplication> StartAsync(string nodeId, Uri? seed)
    {
        var settings = new Dictionary<string, string?>
        {
            ["urls"] = $"http://127.0.0.1:{LoopbackPorts.FreeRange(1)}",
            ["Dynamo:NodeId"] = nodeId,
            ["Dynamo:Storage"] = "Memory",
            ["Dynamo:Partitions"] = $"{Partitions}",
            ["Dynamo:HeartbeatTimeoutMs"] = "20000",
            ["Dynamo:RequestTimeoutMs"] = "20000",
        };
        if (seed is not null)
        {
            // A seed that is null is a seed all the same.
            settings["Dynamo:Seeds:0"] = seed.ToString();
        }

        var node = NodeHost.Build(
            [],
            settings,
            defaults => defaults.ConsoleMinimumLevel = LogLevel.Error);
        await node.StartAsync();
        return node;
    }

    internal static Uri AddressOf(WebApplication node) => new(node.Urls.First());
}
