using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster;

/// <summary>The node's work in the background: loops that run until it stops. One that fails is logged and begins again.</summary>
internal sealed class NodeLoops(TimeProvider time, ILogger logger, params IReadOnlyList<Func<CancellationToken, Task>> loops) : IAsyncDisposable
{
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _stopped;

    internal void Start() => _running = Task.WhenAll(loops.Select(RunAsync));

    /// <summary>Ends the loops and waits for their ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _stopping.Cancel();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> loop)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await loop(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "Work in the background failed and begins again");
                await RestAsync();
            }
        }
    }

    private async Task RestAsync()
    {
        try
        {
            await Task.Delay(RestAfterFailure, time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }
}
