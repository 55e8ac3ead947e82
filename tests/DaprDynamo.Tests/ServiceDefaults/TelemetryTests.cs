using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using DaprDynamo.ServiceDefaults;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class TelemetryTests
{
    private static (string, string?)[] Otlp(FakeCollector collector) =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    private static (string, string?)[] Seq(FakeCollector collector) => [("Seq:ServerUrl", collector.Url + "/"), ("Seq:ApiKey", "key12")];

    /// <summary>A host that waited for its collector would do so for ten minutes.</summary>
    private static (string, string?) Patience => ("OTEL_EXPORTER_OTLP_TIMEOUT", "600000");

    private static Task<TestHost> StartAsync(string node, (string, string?)[] settings) => TestHost.StartAsync(
        app => app.MapGet("/v1/{key}", (ServiceIdentity identity, IMeterFactory meters, ILogger<TelemetryTests> logger) =>
        {
            using var source = identity.CreateActivitySource("DaprDynamo.Test");
            using var activity = source.StartActivity($"operation on {identity.InstanceId}");
            meters.Create("DaprDynamo.Test").CreateCounter<long>($"operations.{identity.InstanceId}").Add(1);
            logger.LogInformation("serving on {Id}", identity.InstanceId);
        }),
        node: node,
        settings: settings);

    /// <summary>The end of a host flushes all it has, so that nothing here waits for an interval.</summary>
    private static async Task UseAndStopAsync(TestHost host)
    {
        await using (host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/secret-key?also=secret");
            request.Headers.Add("X-Correlation-Id", "correlated");
            (await host.Client.SendAsync(request)).EnsureSuccessStatusCode();
            (await host.Client.GetAsync(new Uri("/healthz/live", UriKind.Relative))).EnsureSuccessStatusCode();
        }
    }

    /// <summary>With <see cref="Patience"/>. Elsewhere, as the end of a host blocks a thread.</summary>
    private static Task EndsWithoutItsCollectorAsync(TestHost host) => Task.Run(() => UseAndStopAsync(host)).WaitAsync(TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(false, "", null)]
    [InlineData(true, "/ingest/otlp", "key12")]
    public async Task Logs_traces_and_metrics_reach_the_collector(bool seq, string prefix, string? apiKey)
    {
        await using var collector = await FakeCollector.StartAsync();
        await UseAndStopAsync(await StartAsync("node-1", seq ? Seq(collector) : Otlp(collector)));

        Assert.All(collector.All, received => Assert.Equal(("application/x-protobuf", apiKey), (received.ContentType, received.SeqApiKey)));
        Assert.Equal(
            [$"{prefix}/v1/logs", $"{prefix}/v1/metrics", $"{prefix}/v1/traces"],
            collector.All.Select(received => received.Path).Distinct().Order());

        var traces = collector.BodiesAt($"{prefix}/v1/traces");
        Assert.Contains("operation on node-1", traces, StringComparison.Ordinal);
        Assert.Contains("GET /v1/{key}", traces, StringComparison.Ordinal);
        Assert.Contains("correlated", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("HttpRequestIn", traces, StringComparison.Ordinal);
        var metrics = collector.BodiesAt($"{prefix}/v1/metrics");
        Assert.Contains("http.server.request.duration", metrics, StringComparison.Ordinal);
        Assert.Contains("kestrel.active_connections", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet.gc.collections", metrics, StringComparison.Ordinal);
        Assert.Contains("operations.node-1", metrics, StringComparison.Ordinal);
        var logs = collector.BodiesAt($"{prefix}/v1/logs");
        Assert.Contains("serving on node-1", logs, StringComparison.Ordinal);
        Assert.Contains("correlated", logs, StringComparison.Ordinal);
        Assert.All(collector.All, received => Assert.Contains("daprdynamo-test", received.Body, StringComparison.Ordinal));
        Assert.All(collector.All, received => Assert.DoesNotContain("secret", received.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_hosts_in_one_process_do_not_export_for_each_other()
    {
        await using var first = await FakeCollector.StartAsync();
        await using var second = await FakeCollector.StartAsync();
        var one = await StartAsync("node-1", Otlp(first));
        var two = await StartAsync("node-2", Seq(second));
        await UseAndStopAsync(one);
        await UseAndStopAsync(two);

        Assert.Contains("operation on node-1", first.BodiesAt("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("operation on node-2", second.BodiesAt("/ingest/otlp/v1/traces"), StringComparison.Ordinal);
        Assert.All(first.All, received => Assert.DoesNotContain("node-2", received.Body, StringComparison.Ordinal));
        Assert.All(second.All, received => Assert.DoesNotContain("node-1", received.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_both_settings_telemetry_goes_to_both()
    {
        await using var first = await FakeCollector.StartAsync();
        await using var second = await FakeCollector.StartAsync();
        await UseAndStopAsync(await StartAsync("node-1", [.. Otlp(first), .. Seq(second)]));
        Assert.Contains("operation on node-1", first.BodiesAt("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("operation on node-1", second.BodiesAt("/ingest/otlp/v1/traces"), StringComparison.Ordinal);
        Assert.All(first.All, received => Assert.Null(received.SeqApiKey));
    }

    [Fact]
    public async Task Without_either_setting_nothing_is_registered()
    {
        await using var host = await StartAsync("node-1", []);
        Assert.Single(host.App.Services.GetServices<ILoggerProvider>());
        Assert.DoesNotContain(
            host.App.Services.GetServices<IHostedService>(),
            service => service.GetType().FullName!.Contains("Telemetry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_collector_that_is_not_there_has_no_effect(string protocol)
    {
        // Nothing can listen on port 1 here: the exporter is refused each time.
        var host = await StartAsync(
            "node-1", [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), Patience]);
        await EndsWithoutItsCollectorAsync(host);
        Assert.DoesNotContain("ERR", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_takes_connections_and_never_answers_does_not_keep_a_host_from_ending()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var host = await StartAsync(
            "node-1",
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{silent.LocalEndpoint}"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                Patience,
            ]);
        await EndsWithoutItsCollectorAsync(host);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "udp", "'udp' is neither 'grpc' nor 'http/protobuf'")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "secret", "it is not a list of name=value pairs with commas between them")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "'0' is not a number of milliseconds from 1 on")]
    [InlineData("Seq:ApiKey", "a,b", "an API key has only letters and digits")]
    public void A_setting_the_exporter_could_not_use_is_refused_when_the_host_is_put_together(string key, string value, string problem)
    {
        var failure = Assert.Throws<StartupFailureException>(() => TestHost.CreateBuilder(
            new StringWriter(), settings: [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"), ("Seq:ServerUrl", "http://s"), (key, value)]));
        Assert.Equal($"The setting '{key}' is not valid: {problem}.", failure.Message);
        Assert.Equal(StartupFailure.ExitCodeBadOptions, failure.ExitCode);
    }
}
