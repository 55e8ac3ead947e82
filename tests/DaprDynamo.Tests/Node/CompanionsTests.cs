using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.Node;

/// <summary>Services of a node that run beside each other, and what becomes of the host when one of them fails.</summary>
public class CompanionsTests
{
    [Fact]
    public async Task A_companion_that_fails_ends_the_host_as_any_other_service_does()
    {
        var fails = new TaskCompletionSource();
        var run = HostRunner.RunAsync(() => Build(new Companion(_ => Task.CompletedTask), new Companion(Forever), new Companion(_ => fails.Task)));

        await Task.Delay(TimeSpan.FromMilliseconds(100));
        Assert.False(run.IsCompleted);
        fails.SetException(new InvalidOperationException("It broke."));

        Assert.Equal(StartupFailure.ExitCodeFailed, await run.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Companions_that_are_stopped_have_not_failed()
    {
        using var stop = new CancellationTokenSource();
        var run = HostRunner.RunAsync(() => Build(new Companion(Forever)), cancellationToken: stop.Token);
        await stop.CancelAsync();

        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static Task Forever(CancellationToken stopping) => Task.Delay(Timeout.Infinite, stopping);

    private static IHost Build(params BackgroundService[] services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService(_ => new Companions(services));
        return builder.Build();
    }

    private sealed class Companion(Func<CancellationToken, Task> run) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => run(stoppingToken);
    }
}
