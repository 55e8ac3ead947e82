using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Replication;

/// <summary>
/// Work that goes on after a client has its answer: late acknowledgements, repairs. Bounded, so that a slow replica
/// cannot pile it up, and known, so that a stopping node can wait for it.
/// </summary>
internal sealed class BackgroundWork(int tasksMax, ILogger logger)
{
    private readonly Lock _lock = new();
    private int _running;
    private TaskCompletionSource? _idle;

    /// <summary>Starts the work; false when too much is under way already. Nothing it throws gets lost: it is logged.</summary>
    internal bool TryStart(Func<Task> work)
    {
        lock (_lock)
        {
            if (_running >= tasksMax)
            {
                return false;
            }

            _running++;
        }

        _ = RunAsync(work);
        return true;
    }

    /// <summary>Completes when no work is under way.</summary>
    internal Task WhenIdleAsync()
    {
        lock (_lock)
        {
            if (_running == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // Its time was up: what it was to do is left to the next read or exchange.
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Work in the background failed");
        }
        finally
        {
            lock (_lock)
            {
                if (--_running == 0)
                {
                    _idle?.TrySetResult();
                    _idle = null;
                }
            }
        }
    }
}
