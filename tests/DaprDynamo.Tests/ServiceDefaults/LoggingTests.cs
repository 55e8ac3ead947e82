using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class LoggingTests
{
    private static ILogger LoggerOf(TestHost host, string category = "Room") =>
        host.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    [Fact]
    public async Task An_event_is_one_readable_line_with_the_node_and_the_category()
    {
        await using var host = await TestHost.StartAsync(node: "node-7");
        LoggerOf(host).LogWarning("kept {Count} hints for {Owner}", 3, "node-2");
        var line = Assert.Single(Lines(host), line => line.Contains("hints", StringComparison.Ordinal));
        Assert.EndsWith("WRN [node-7] Room: kept 3 hints for node-2", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_break_in_a_value_cannot_forge_an_event()
    {
        await using var host = await TestHost.StartAsync();
        LoggerOf(host).LogWarning("got {Value}", "a\r\nCRT [node-1] Room: all is lost");
        Assert.DoesNotContain(Lines(host), line => line.StartsWith("CRT", StringComparison.Ordinal));
        Assert.Contains("got a\\r\\nCRT", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_follows_its_line_indented()
    {
        await using var host = await TestHost.StartAsync();
        LoggerOf(host).LogError(new InvalidOperationException("first\nsecond"), "failed");
        var lines = Lines(host).SkipWhile(line => !line.EndsWith("Room: failed", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.Equal(["    System.InvalidOperationException: first", "    second"], lines);
    }

    [Fact]
    public async Task With_Json_each_line_is_one_object_with_its_properties_trace_and_correlation_id()
    {
        await using var host = await TestHost.StartAsync(
            app => app.MapGet("/v1/{key}", (ILogger<LoggingTests> logger) =>
            {
                logger.LogInformation("kept {Count} hints for {Owner}", 3, "node-2");
                return "";
            }),
            settings: ("Logging:Json", "true"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/secret-key?with=secret");
        request.Headers.Add("X-Correlation-Id", "abc");
        (await host.Client.SendAsync(request)).Dispose();

        var all = Lines(host).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var line = Assert.Single(all, line => line.GetProperty("@mt").GetString() == "kept {Count} hints for {Owner}");
        Assert.Equal("kept 3 hints for node-2", line.GetProperty("@m").GetString());
        Assert.Equal(3, line.GetProperty("Count").GetInt32());
        Assert.Equal("node-1", line.GetProperty("Node").GetString());
        Assert.Equal("abc", line.GetProperty("CorrelationId").GetString());
        Assert.Equal(32, line.GetProperty("@tr").GetString()!.Length);
        Assert.DoesNotContain("secret", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_frameworks_own_chatter_is_left_out_until_configuration_asks_for_it()
    {
        await using var quiet = await TestHost.StartAsync();
        Assert.False(LoggerOf(quiet, "Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Information));
        Assert.True(LoggerOf(quiet).IsEnabled(LogLevel.Information));
        Assert.False(LoggerOf(quiet).IsEnabled(LogLevel.Debug));

        await using var asked = await TestHost.StartAsync(
            settings: [("Logging:LogLevel:Microsoft.AspNetCore", "Debug"), ("Logging:LogLevel:Default", "Error")]);
        Assert.True(LoggerOf(asked, "Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Debug));
        Assert.False(LoggerOf(asked).IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public async Task A_host_can_make_the_console_quieter_but_not_louder_than_configured()
    {
        await using var host = await TestHost.StartAsync(
            options: defaults => defaults.ConsoleMinimumLevel = LogLevel.Warning,
            settings: ("Logging:LogLevel:Quiet", "Error"));
        LoggerOf(host).LogInformation("dropped");
        LoggerOf(host).LogWarning("shown");
        LoggerOf(host, "Quiet").LogWarning("dropped too");
        Assert.DoesNotContain("dropped", host.Log, StringComparison.Ordinal);
        Assert.Contains("shown", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_can_silence_the_console_altogether()
    {
        await using var host = await TestHost.StartAsync(options: defaults => defaults.ConsoleMinimumLevel = LogLevel.None);
        LoggerOf(host).LogCritical("dropped");
        Assert.Empty(host.Log);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_log_apart_and_the_end_of_one_does_not_silence_the_other()
    {
        await using var first = await TestHost.StartAsync(node: "node-1");
        await using (var second = await TestHost.StartAsync(node: "node-2"))
        {
            LoggerOf(first).LogInformation("from the first");
            LoggerOf(second).LogInformation("from the second");
            Assert.DoesNotContain("node-1", second.Log, StringComparison.Ordinal);
            Assert.Contains("[node-2] Room: from the second", second.Log, StringComparison.Ordinal);
        }

        LoggerOf(first).LogInformation("still here");
        Assert.DoesNotContain("node-2", first.Log, StringComparison.Ordinal);
        Assert.Contains("[node-1] Room: still here", first.Log, StringComparison.Ordinal);
    }

    private static string[] Lines(TestHost host) => host.Log.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
