namespace DaprDynamo.Cluster.Storing;

/// <summary>Lets work that reads, writes down and replaces one piece of state go one after the other, in the order in which it was asked for.</summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Does the work when all that was asked for earlier is over, however that ended.</summary>
    internal async Task<T> TakeAsync<T>(Func<Task<T>> work)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
        {
            (before, _last) = (_last, mine.Task);
        }

        await before;
        try
        {
            return await work();
        }
        finally
        {
            mine.SetResult();
        }
    }
}
