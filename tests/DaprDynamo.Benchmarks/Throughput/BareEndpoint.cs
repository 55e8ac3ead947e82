using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Benchmarks.Throughput;

/// <summary>The measure of all things: a server that answers the same JSON and does nothing for it.</summary>
internal static class BareEndpoint
{
    /// <summary>Printed when it serves.</summary>
    public const string ReadyLine = "the bare endpoint is ready";

    /// <summary>Serves on this port until the process is ended.</summary>
    public static async Task<int> ServeAsync(int port, int valueSizeBytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        var answer = new { value = new[] { new string('v', valueSizeBytes - 2) }, clock = new string('c', 48) };
        app.MapGet("/v1/{key}", (string key) => Results.Json(answer));
        app.Urls.Add($"http://127.0.0.1:{port}");
        await app.StartAsync();
        Console.WriteLine(ReadyLine);
        await app.WaitForShutdownAsync();
        return 0;
    }
}
