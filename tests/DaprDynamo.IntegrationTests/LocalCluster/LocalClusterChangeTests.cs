using System.Net;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;

namespace DaprDynamo.IntegrationTests.LocalCluster;

/// <summary>Nodes that come and go while the one-command cluster runs.</summary>
public sealed class LocalClusterChangeTests : IDisposable
{
    private const int NodeCount = 3;
    private const int KeyCount = 50;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_joins_and_another_leaves_and_no_key_is_lost(bool isEphemeral)
    {
        var data = Path.Combine(_folder.Path, "kept");
        string[] storage = isEphemeral ? ["--ephemeral"] : ["--data", data];
        var (process, port) = await LocalClusterProcess.StartReadyAsync(_folder, NodeCount, storage);
        await using (process)
        {
            for (var key = 0; key < KeyCount; key++)
            {
                (await ApiOf(port + 1).PostAsync($"key-{key}", $"{key}")).ShouldBeJson(201);
            }

            await ShouldSucceedAsync("has joined", "join", "--zone", "b", "--port", $"{port}");
            await ShouldHoldAllKeysAsync(port + NodeCount + 1);
            await ShouldRunAsync(port, "node-1", "node-2", "node-3", "node-4");

            // The one that formed the cluster is as good as any other.
            await ShouldSucceedAsync("has left", "leave", "node-1", "--port", $"{port}");
            await ShouldHoldAllKeysAsync(port + 2);
            await ShouldRunAsync(port, "node-2", "node-3", "node-4");
            Assert.False(Directory.Exists(Path.Combine(data, "node-1")));

            process.SendInterrupt();
            Assert.Equal(0, await process.WaitForExitAsync(StopLimit));
            Assert.False(process.Output.Contains("   at "), process.Output.ToString());
        }

        if (!isEphemeral)
        {
            await ShouldComeBackAsync(data, "node-2", "node-3", "node-4");
        }
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_in_a_sentence()
    {
        var (process, port) = await LocalClusterProcess.StartReadyAsync(_folder, 1, "--ephemeral");
        await using var started = process;

        await ShouldFailAsync("There is no node node-9.", "leave", "node-9", "--port", $"{port}");
        await ShouldFailAsync("nobody is left to take over", "leave", "node-1", "--port", $"{port}");
        await ShouldFailAsync("is no local cluster", "leave", "node-1", "--port", $"{port + 1}");
        await ShouldFailAsync("Zone", "join", "--zone", new string('z', 65), "--port", $"{port}");
        await ShouldRunAsync(port, "node-1");
    }

    [Theory]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "elsewhere.example")]
    public async Task A_web_page_cannot_change_it(string header, string value)
    {
        var (process, port) = await LocalClusterProcess.StartReadyAsync(_folder, 1, "--ephemeral");
        await using var started = process;

        Assert.All(
            [await SendAsync(HttpMethod.Post, port, "/local/nodes", (header, value)), await SendAsync(HttpMethod.Delete, port, "/local/nodes/node-1", (header, value))],
            status => Assert.Equal(HttpStatusCode.Forbidden, status));

        await ShouldRunAsync(port, "node-1");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, port, "/local/nodes", ("Origin", $"http://127.0.0.1:{port}")));
    }

    private async Task ShouldComeBackAsync(string data, params string[] nodes)
    {
        var (process, port) = await LocalClusterProcess.StartReadyOnAsync(_folder, NodeCount, "--data", data);
        await using var started = process;
        await ShouldRunAsync(port, nodes);
        await ShouldHoldAllKeysAsync(port + NodeCount + 1);
    }

    private async Task ShouldHoldAllKeysAsync(int nodePort)
    {
        for (var key = 0; key < KeyCount; key++)
        {
            (await ApiOf(nodePort).GetAsync($"key-{key}")).ShouldHold($"{key}");
        }
    }

    private async Task ShouldRunAsync(int port, params string[] nodes)
    {
        var answer = (await ApiOf(port).SendAsync(HttpMethod.Get, "/local/nodes")).ShouldBe(200);
        Assert.Equal(nodes.Select(id => (id, "Ready")), answer.Json.EnumerateArray()
            .Select(node => (node.GetProperty("id").GetString()!, node.GetProperty("state").GetString()!)));
    }

    private async Task ShouldSucceedAsync(string sentence, params string[] arguments)
    {
        var (exitCode, text) = await LocalClusterProcess.RunAsync(_folder, arguments);
        Assert.True(exitCode == 0 && text.Contains(sentence, StringComparison.Ordinal), text);
    }

    private async Task ShouldFailAsync(string sentence, params string[] arguments)
    {
        var (exitCode, text) = await LocalClusterProcess.RunAsync(_folder, arguments);
        Assert.True(exitCode != 0 && text.Contains(sentence, StringComparison.Ordinal), text);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, int port, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{port}{path}");
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    private KeyApi ApiOf(int port) => new(_http, new Uri($"http://127.0.0.1:{port}"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }
}
