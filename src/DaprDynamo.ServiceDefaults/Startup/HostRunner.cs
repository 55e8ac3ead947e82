using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DaprDynamo.ServiceDefaults.Startup;

/// <summary>Runs a host from start to end and turns how it went into what an operator reads and an exit code.</summary>
public static class HostRunner
{
    /// <summary>
    /// Builds and runs a host until it is asked to stop. A failed start that an operator can mend is one sentence on
    /// standard error; anything unknown is logged in full.
    /// </summary>
    /// <param name="build">Puts the host together; what it throws counts as a failed start.</param>
    /// <param name="recognize">Recognizes failures this room knows nothing of, such as a damaged store; asked first.</param>
    /// <param name="error">Takes the place of standard error.</param>
    /// <param name="cancellationToken">Stops the host.</param>
    /// <returns>The exit code: 0 after an orderly end, 2 for bad options, 1 for any other failure.</returns>
    public static async Task<int> RunAsync(
        Func<IHost> build,
        Func<Exception, StartupFailure?>? recognize = null,
        TextWriter? error = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(build);
        error ??= Console.Error;

        IHost? host = null;
        var started = false;
        try
        {
            host = build();
            await host.StartAsync(cancellationToken);
            started = true;
            await host.WaitForShutdownAsync(cancellationToken);
            return BrokeDown(host) ? StartupFailure.ExitCodeFailed : 0;
        }
        catch (OperationCanceledException) when (!started && StopWasAsked(host, cancellationToken))
        {
            return 0;
        }
        catch (Exception exception) when (!started && Describe(exception, host, recognize) is { } failure)
        {
            await error.WriteLineAsync(failure.Sentence);
            return failure.ExitCode;
        }
#pragma warning disable CA1031 // The process ends here, whatever it was.
        catch (Exception exception)
        {
            await TellInFullAsync(exception, host, started, error);
            return StartupFailure.ExitCodeFailed;
        }
#pragma warning restore CA1031
        finally
        {
            await DisposeAsync(host);
        }
    }

    /// <summary>
    /// A background service that fails stops the host, and the host logs why; but it ends as if it had been asked to, and
    /// whoever restarts failed processes would take it for done.
    /// </summary>
    private static bool BrokeDown(IHost host) =>
        host.Services.GetService<IOptions<HostOptions>>()?.Value.BackgroundServiceExceptionBehavior == BackgroundServiceExceptionBehavior.StopHost
        && host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });

    private static bool StopWasAsked(IHost? host, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
        || host?.Services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.IsCancellationRequested == true;

    private static StartupFailure? Describe(Exception exception, IHost? host, Func<Exception, StartupFailure?>? recognize) =>
        recognize?.Invoke(exception)
        ?? StartupFailure.From(exception, host?.Services.GetService<IConfiguration>() is { } configuration ? Addresses(configuration) : []);

    /// <summary>Where the host was told to listen; the server itself forgets its addresses when it cannot bind them.</summary>
    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        return endpoints.Count > 0
            ? endpoints
            : configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }

    private static async Task TellInFullAsync(Exception exception, IHost? host, bool started, TextWriter error)
    {
        if (host?.Services.GetService<ILoggerFactory>() is { } loggers)
        {
            loggers.CreateLogger(typeof(HostRunner)).LogCritical(exception, "{Failure}", started ? "The host failed" : "The host could not start");
            return;
        }

        await error.WriteLineAsync(exception.ToString());
    }

    private static async ValueTask DisposeAsync(IHost? host)
    {
        switch (host)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            default:
                host?.Dispose();
                break;
        }
    }
}
