namespace DaprDynamo.Cluster.Membership;

/// <summary>Wakes loops up: each waits until it is raised, or some time has passed.</summary>
internal sealed class Signal(TimeProvider time)
{
    private readonly Lock _lock = new();
    private List<TaskCompletionSource> _waiting = [];

    internal void Raise()
    {
        List<TaskCompletionSource> waiting;
        lock (_lock)
        {
            (waiting, _waiting) = (_waiting, []);
        }

        waiting.ForEach(waiter => waiter.TrySetResult());
    }

    /// <exception cref="OperationCanceledException">The node stops.</exception>
    internal async Task WaitAsync(TimeSpan atMost, CancellationToken stopping)
    {
        // Not Task.WhenAny with a delay: it ends on a thread of the pool when the delay is cancelled.
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add(waiter);
        }

        using (stopping.UnsafeRegister(static waiter => ((TaskCompletionSource)waiter!).TrySetResult(), waiter))
        {
            using var timer = time.CreateTimer(static waiter => ((TaskCompletionSource)waiter!).TrySetResult(), waiter, atMost, Timeout.InfiniteTimeSpan);
            await waiter.Task;
        }

        lock (_lock)
        {
            _waiting.Remove(waiter);
        }

        stopping.ThrowIfCancellationRequested();
    }
}
