using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class RequestLoggingTests
{
    private static Task<TestHost> StartAsync(string level) => TestHost.StartAsync(
        app => app.MapGet("/v1/{**key}", (int status) =>
            status == 0 ? throw new InvalidOperationException("boom") : Results.StatusCode(status)),
        settings: ("Logging:LogLevel:DaprDynamo", level));

    [Theory]
    [InlineData(200, "DBG")]
    [InlineData(404, "INF")]
    [InlineData(503, "WRN")]
    public async Task A_request_is_one_line_whose_level_follows_its_status(int status, string level)
    {
        await using var host = await StartAsync("Debug");
        (await host.Client.GetAsync(new Uri($"/v1/secret/key?status={status}", UriKind.Relative))).Dispose();
        await Poll.UntilLoggedAsync(host, $"GET /v1/{{**key}} answered {status} in ");
        var line = Assert.Single(host.Log.Split(Environment.NewLine), line => line.Contains("answered", StringComparison.Ordinal));
        Assert.Contains($" {level} [node-1] ", line, StringComparison.Ordinal);
        Assert.Contains(" trace=", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("status=", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_throws_is_logged_as_a_500()
    {
        await using var host = await StartAsync("Debug");
        (await host.Client.GetAsync(new Uri("/v1/secret?status=0", UriKind.Relative))).Dispose();
        await Poll.UntilLoggedAsync(host, "GET /v1/{**key} answered 500 in ");
        Assert.DoesNotContain("secret", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_no_route_takes_is_not_logged_either()
    {
        await using var host = await StartAsync("Debug");
        (await host.Client.GetAsync(new Uri("/secret", UriKind.Relative))).Dispose();
        await Poll.UntilLoggedAsync(host, "GET (no route) answered 404 in ");
        Assert.DoesNotContain("secret", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Success_is_silent_by_default_and_health_probes_always_are()
    {
        await using var host = await StartAsync("Trace");
        (await host.Client.GetAsync(new Uri("/healthz/live", UriKind.Relative))).Dispose();
        (await host.Client.GetAsync(new Uri("/healthz/ready", UriKind.Relative))).Dispose();
        (await host.Client.GetAsync(new Uri("/v1/k?status=204", UriKind.Relative))).Dispose();
        await Poll.UntilLoggedAsync(host, "answered 204");
        Assert.DoesNotContain("healthz", host.Log, StringComparison.Ordinal);

        await using var quiet = await StartAsync("Information");
        (await quiet.Client.GetAsync(new Uri("/v1/k?status=204", UriKind.Relative))).Dispose();
        (await quiet.Client.GetAsync(new Uri("/v1/k?status=404", UriKind.Relative))).Dispose();
        await Poll.UntilLoggedAsync(quiet, "answered 404");
        Assert.DoesNotContain("answered 204", quiet.Log, StringComparison.Ordinal);
    }
}
