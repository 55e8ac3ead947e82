using System.Net;
using System.Net.Sockets;
using DaprDynamo.ServiceDefaults;
using DaprDynamo.ServiceDefaults.Options;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class HostRunnerTests : IDisposable
{
    private readonly StringWriter _console = new();
    private readonly StringWriter _error = new();

    private string Console => _console.ToString();

    private string Error => _error.ToString();

    public void Dispose()
    {
        _console.Dispose();
        _error.Dispose();
    }

    private async Task<int> RunAsync(
        Action<WebApplicationBuilder> configure,
        Func<Exception, StartupFailure?>? recognize = null,
        params (string Key, string? Value)[] settings)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var code = await HostRunner.RunAsync(
            () =>
            {
                var builder = TestHost.CreateBuilder(_console, settings: settings);
                configure(builder);
                var app = builder.Build();
                app.MapServiceDefaults();
                return app;
            },
            recognize,
            _error,
            limit.Token);
        Assert.False(limit.IsCancellationRequested, "The host was still running.");
        return code;
    }

    private sealed class Thrower(Exception exception) : BackgroundServiceStart
    {
        public override Task StartAsync(CancellationToken cancellationToken) => throw exception;
    }

    private sealed class StopsAtOnce(IHostApplicationLifetime lifetime) : BackgroundServiceStart
    {
        public override Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
            return Task.CompletedTask;
        }
    }

    private abstract class BackgroundServiceStart : IHostedService
    {
        public abstract Task StartAsync(CancellationToken cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class BreaksDown(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("nobody knows");
        }
    }

    private Task<int> RunWithThrowAsync(Exception exception, Func<Exception, StartupFailure?>? recognize = null) =>
        RunAsync(builder => builder.Services.AddSingleton<IHostedService>(new Thrower(exception)), recognize);

    private void OneSentence(string expected)
    {
        Assert.Equal(expected + Environment.NewLine, Error);
        Assert.DoesNotContain("   at ", Console, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_asked_to_stop_ends_with_0()
    {
        Assert.Equal(0, await RunAsync(builder => builder.Services.AddHostedService<StopsAtOnce>()));
        Assert.Empty(Error);
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence_with_the_address_and_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        Assert.Equal(1, await RunAsync(builder => builder.WebHost.UseUrls(url)));
        OneSentence($"Cannot listen on {url}: the address is already in use by another program or another instance.");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_one_sentence_and_exit_code_1()
    {
        Assert.Equal(1, await RunAsync(builder => builder.WebHost.UseUrls("http://192.0.2.1:0")));
        OneSentence("Cannot listen on http://192.0.2.1:0: this machine has no such address.");
    }

    [Fact]
    public async Task An_address_that_is_none_is_one_sentence_and_exit_code_2()
    {
        Assert.Equal(2, await RunAsync(builder => builder.WebHost.UseUrls("nonsense")));
        OneSentence("The address to listen on is not valid: 'nonsense'.");
    }

    [Fact]
    public async Task An_unknown_option_key_is_one_sentence_and_exit_code_2()
    {
        var code = await RunAsync(
            builder => builder.Services.AddValidatedOptions<ValidatedOptionsTests.NodeOptions>("Node"),
            settings: [("Node:Id", "node-1"), ("Node:Replica", "3")]);
        Assert.Equal(2, code);
        OneSentence("The configuration is not valid: 'Node:Replica' is not a known key (did you mean 'Replicas'?).");
    }

    [Fact]
    public async Task Failures_of_several_options_are_told_together()
    {
        var code = await RunAsync(
            builder =>
            {
                builder.Services.AddValidatedOptions<ValidatedOptionsTests.NodeOptions>("Node");
                builder.Services.AddValidatedOptions<ValidatedOptionsTests.SeedOptions>("Seed");
            },
            settings: [("Node:Id", "node-1"), ("Node:Replicas", "0"), ("Seed:Port", "0")]);
        Assert.Equal(2, code);
        OneSentence(
            "The configuration is not valid: 'Node:Replicas': The field Replicas must be between 1 and 16; "
            + "'Seed:Port': The field Port must be between 1 and 65535.");
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", "'collector' is not an absolute http or https URL")]
    [InlineData("Seq:ServerUrl", "ftp://seq", "'ftp://seq' is not an absolute http or https URL")]
    public async Task A_bad_telemetry_address_is_one_sentence_and_exit_code_2(string key, string value, string problem)
    {
        Assert.Equal(2, await RunAsync(_ => { }, settings: (key, value)));
        OneSentence($"The setting '{key}' is not valid: {problem}.");
    }

    [Fact]
    public async Task A_failure_another_room_reports_as_known_is_its_message_and_its_code()
    {
        Assert.Equal(7, await RunWithThrowAsync(new StartupFailureException("The store is damaged.", 7)));
        OneSentence("The store is damaged.");
    }

    [Fact]
    public async Task A_failure_the_host_recognizes_is_its_sentence()
    {
        var code = await RunWithThrowAsync(
            new TimeoutException(), exception => exception is TimeoutException ? new StartupFailure("The sidecar did not come.", 3) : null);
        Assert.Equal(3, code);
        OneSentence("The sidecar did not come.");
    }

    [Fact]
    public async Task An_unknown_failure_is_logged_once_in_full()
    {
        Assert.Equal(1, await RunWithThrowAsync(new InvalidOperationException("nobody knows")));
        Assert.Empty(Error);
        Assert.Equal(2, Console.Split("nobody knows").Length);
        Assert.Contains("CRT", Console, StringComparison.Ordinal);
        Assert.Contains("   at ", Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_failure_while_the_host_is_put_together_is_told_in_full_on_standard_error()
    {
        Assert.Equal(1, await RunAsync(_ => throw new InvalidOperationException("nobody knows")));
        Assert.Contains("nobody knows", Error, StringComparison.Ordinal);
        Assert.Contains("   at ", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_breaks_down_later_ends_the_host_with_1()
    {
        Assert.Equal(1, await RunAsync(builder => builder.Services.AddHostedService<BreaksDown>()));
        Assert.Contains("nobody knows", Console, StringComparison.Ordinal);
    }
}
