using System.Net;
using System.Text.Json;
using DaprDynamo.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class HealthTests
{
    private static async Task<(HttpResponseMessage Response, JsonElement Body)> AskAsync(TestHost host, string path)
    {
        var response = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private static Task<TestHost> StartAsync(Action<IHealthChecksBuilder>? checks = null, Action<WebApplication>? map = null) =>
        TestHost.StartAsync(map, builder => checks?.Invoke(builder.Services.AddHealthChecks()));

    [Fact]
    public async Task A_host_without_checks_is_live_and_ready_and_its_answers_are_never_cached()
    {
        await using var host = await StartAsync();
        foreach (var (path, status) in new[] { ("/healthz/live", "live"), ("/healthz/ready", "ready") })
        {
            var (response, body) = await AskAsync(host, path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
            Assert.True(response.Headers.CacheControl?.NoStore);
            Assert.Equal($"{{\"status\":\"{status}\",\"checks\":{{}}}}", body.GetRawText());
        }
    }

    [Fact]
    public async Task One_failing_readiness_check_makes_the_host_not_ready_but_leaves_it_live()
    {
        await using var host = await StartAsync(checks => checks
            .AddCheck("store", () => HealthCheckResult.Healthy("12 partitions"), [HealthExtensions.ReadyTag])
            .AddCheck("ring", () => HealthCheckResult.Unhealthy("joining"), [HealthExtensions.ReadyTag]));
        var (response, body) = await AskAsync(host, "/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("not ready", body.GetProperty("status").GetString());
        Assert.Equal("""{"status":"healthy","description":"12 partitions"}""", body.GetProperty("checks").GetProperty("store").GetRawText());
        Assert.Equal("""{"status":"unhealthy","description":"joining"}""", body.GetProperty("checks").GetProperty("ring").GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(host, "/healthz/live")).Response.StatusCode);
    }

    [Fact]
    public async Task Checks_without_the_tag_do_not_decide_readiness()
    {
        await using var host = await StartAsync(checks => checks.AddCheck("other", () => HealthCheckResult.Unhealthy()));
        var (response, body) = await AskAsync(host, "/healthz/ready");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(body.GetProperty("checks").EnumerateObject());
    }

    [Fact]
    public async Task A_check_that_throws_does_not_tell_the_world_its_message()
    {
        await using var host = await StartAsync(checks => checks.AddCheck(
            "store", () => throw new InvalidOperationException("Password=secret"), [HealthExtensions.ReadyTag]));
        var (response, body) = await AskAsync(host, "/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            "The check failed with InvalidOperationException.",
            body.GetProperty("checks").GetProperty("store").GetProperty("description").GetString());
    }

    [Fact]
    public async Task A_check_that_hangs_is_not_ready_when_its_time_is_up()
    {
        await using var host = await StartAsync(checks => checks.AddAsyncCheck(
            "store",
            async cancellation =>
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                return HealthCheckResult.Healthy();
            },
            [HealthExtensions.ReadyTag],
            TimeSpan.FromMilliseconds(50)));
        var (response, body) = await AskAsync(host, "/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("unhealthy", body.GetProperty("checks").GetProperty("store").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Probes_are_answered_before_middleware_that_sheds_load()
    {
        await using var host = await StartAsync(map: app => app.Use((HttpContext context, RequestDelegate _) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(host, "/healthz/live")).Response.StatusCode);
        using var other = await host.Client.GetAsync(new Uri("/other", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
    }
}
